// Each script is one atomic step. Redis runs one script at a time, for all nodes together
// (https://redis.io/docs/latest/develop/programmability/eval-intro/).
//
// KEYS[1] is the set of all nodes. ARGV[1] is the prefix of their hashes. ARGV[2] is the id of the node that asks.
// ARGV[3] is how many milliseconds its hash lasts without a heartbeat.
//
// A hash contains a record (JSON) for each name that the node holds, by the key of the name. The field '' is the number
// of the node's last update. For each look of such a name (looksOf) there is a field: a space, with which no key
// begins, and the look. It contains the key. When the hash expires, all its names are free.

/**
 * `record_of` parses a record. It returns nil if there is none or it cannot be read; such a record holds nothing. `held_since` is the time
 * of its first claim. `set` and `del` write and delete a record with its looks.
 */
const RECORDS = `
local function record_of(json)
  local readable, record = pcall(cjson.decode, json or '')
  if not readable or type(record) ~= 'table' or type(record.parties) ~= 'table' then return nil end
  if type(record.user) ~= 'string' or type(record.proof) ~= 'string' then return nil end
  for _, party in pairs(record.parties) do
    if type(party) ~= 'table' or type(party.since) ~= 'string' then return nil end
  end
  if type(record.looks) ~= 'table' then record.looks = nil end
  return record
end
local function held_since(record)
  local first
  for _, party in pairs(record.parties) do
    if not first or party.since < first then first = party.since end
  end
  return first or '9'
end
local function del(hash, key)
  local record = record_of(redis.call('HGET', hash, key))
  redis.call('HDEL', hash, key)
  for _, look in ipairs(record and record.looks or {}) do
    if redis.call('HGET', hash, ' ' .. look) == key then redis.call('HDEL', hash, ' ' .. look) end
  end
end
local function set(hash, key, record, json)
  del(hash, key)
  redis.call('HSET', hash, key, json or cjson.encode(record))
  for _, look in ipairs(record.looks or {}) do redis.call('HSET', hash, ' ' .. look, key) end
end
local function timestamp()
  local now = redis.call('TIME')
  return string.format('%010d%06d', now[1], now[2])
end
`

/**
 * Claims a name. ARGV: key, name, proof, party, maximum of parties, room, what the name looks like. Returns `ok`, the
 * spelling of the name, and the time of the claim. Otherwise returns the reason: `alike` if another name that looks the
 * same is held; `lost` if Redis no longer knows the node that asks.
 */
export const CLAIM = `${RECORDS}
local own = ARGV[1] .. ARGV[2]
if redis.call('EXISTS', own) == 0 then return {'lost'} end
local key, user, proof, party = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local looks = {unpack(ARGV, 10)}
local parties, others, seen, held = {}, 0, {[party] = true}, false
local nodes = redis.call('SMEMBERS', KEYS[1])
for _, node in ipairs(nodes) do
  local record = record_of(redis.call('HGET', ARGV[1] .. node, key))
  if record then
    if record.proof ~= proof then return {'name-taken'} end
    user, looks, held = record.user, record.looks or looks, true
    for id in pairs(record.parties) do
      if not seen[id] then
        seen[id] = true
        others = others + 1
      end
    end
    if node == ARGV[2] then parties = record.parties end
  end
end
if others >= tonumber(ARGV[8]) then return {'too-many-parties'} end
if not held then
  for _, node in ipairs(nodes) do
    for _, look in ipairs(looks) do
      local other = redis.call('HGET', ARGV[1] .. node, ' ' .. look)
      if other and other ~= key then return {'alike'} end
    end
  end
end
local since = timestamp()
parties[party] = {since = since, room = ARGV[9]}
set(own, key, {user = user, proof = proof, parties = parties, looks = looks})
return {'ok', user, since}
`

/** Releases the claim that a party made at a certain time, and none that it made later. ARGV: key, party, time. */
export const RELEASE = `${RECORDS}
local own, key = ARGV[1] .. ARGV[2], ARGV[4]
local record = record_of(redis.call('HGET', own, key))
if not record then return end
local party = record.parties[ARGV[5]]
if not party or party.since ~= ARGV[6] then return end
record.parties[ARGV[5]] = nil
if next(record.parties) == nil then
  del(own, key)
else
  redis.call('HSET', own, key, cjson.encode(record))
end
`

/**
 * Writes what a node holds. ARGV: 'replace' or 'add', number, then key and record of each name. An empty record is for
 * a name that the node no longer holds. If two users hold a name, the earlier one keeps it.
 *
 * Returns the time, then two lists of keys. The first has names that another user has held for longer; these are not
 * written. The second has names that other nodes had to give up. With 'add', fails if Redis no longer knows the node
 * that asks.
 */
export const RESTORE = `${RECORDS}
local own, taken, won = ARGV[1] .. ARGV[2], {}, {}
if ARGV[4] == 'replace' then
  redis.call('DEL', own)
elseif redis.call('EXISTS', own) == 0 then
  return redis.error_reply('it has forgotten this node')
end
redis.call('HSET', own, '', ARGV[5])
local nodes = redis.call('SMEMBERS', KEYS[1])
for i = 6, #ARGV, 2 do
  local key = ARGV[i]
  if ARGV[i + 1] == '' then
    del(own, key)
  else
    local mine, free, later = record_of(ARGV[i + 1]), true, {}
    for _, node in ipairs(nodes) do
      local other = node ~= ARGV[2] and record_of(redis.call('HGET', ARGV[1] .. node, key))
      if other and other.proof ~= mine.proof then
        if held_since(other) <= held_since(mine) then
          free = false
        else
          later[#later + 1] = node
        end
      end
    end
    if free then
      set(own, key, mine, ARGV[i + 1])
      for _, node in ipairs(later) do del(ARGV[1] .. node, key) end
      if #later > 0 then won[#won + 1] = key end
    else
      del(own, key)
      taken[#taken + 1] = key
    end
  end
end
redis.call('PEXPIRE', own, ARGV[3])
redis.call('SADD', KEYS[1], ARGV[2])
return {timestamp(), taken, won}
`

/**
 * The heartbeat of a node. ARGV: the number of its last update. Returns id and number of each live node in turn.
 * Returns nothing if Redis does not know the node that asks.
 */
export const HEARTBEAT = `
local own = ARGV[1] .. ARGV[2]
if redis.call('EXISTS', own) == 0 then return {} end
redis.call('HSET', own, '', ARGV[4])
redis.call('PEXPIRE', own, ARGV[3])
local live = {}
for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local number = redis.call('HGET', ARGV[1] .. node, '')
  if number then
    live[#live + 1] = node
    live[#live + 1] = number
  else
    redis.call('SREM', KEYS[1], node)
  end
end
return live
`

/** Returns the hash of the node ARGV[4], field and value in turn. */
export const READ = `return redis.call('HGETALL', ARGV[1] .. ARGV[4])`

/** Removes a node. */
export const LEAVE = `
redis.call('DEL', ARGV[1] .. ARGV[2])
redis.call('SREM', KEYS[1], ARGV[2])
`
