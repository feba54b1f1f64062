/** Stands for the adapter of a reader of docs/testing.md. */
export { nativePeer as myPeer } from 'rxcall/native-peer'
