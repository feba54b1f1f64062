import type { Fault } from 'rxcall/testing'

const words: Record<Fault['fault'], string> = {
  loss: 'Messages lost',
  'lost-ack': 'Acknowledgements lost',
  duplication: 'Messages doubled',
  reordering: 'Messages reordered',
  delay: 'Messages delayed',
  'one-way-partition': 'Sends nothing',
  stall: 'Relay connection hangs',
  disconnect: 'Relay connection lost',
  'relay-restart': 'Relay restarts',
  crash: 'Tab crashes',
  'tab-close': 'Tab closed',
  freeze: 'Tab frozen',
  stale: 'Old message again',
  replay: 'Message again',
  malformed: 'Malformed message',
  forged: 'Forged message',
  flood: 'Flood of messages',
  'resume-storm': 'Asked for everything again',
  'old-invite': 'Old invite',
  takeover: 'Name taken over',
  'rings-again': 'Stranger calls again and again',
  'peer-rejects': 'Description rejected',
  'peer-breaks': 'Peer connection breaks',
  'device-pulled': 'Device unplugged',
  'device-muted': 'Device muted by the system',
  'path-cut': 'Path cut permanently',
  'path-outage': 'Path cut',
  'path-poor': 'Poor path',
  'picture-frozen': 'Picture frozen',
}

/** Names a fault in a few words. */
export const faultInWords = (fault: Fault['fault']): string => words[fault]
