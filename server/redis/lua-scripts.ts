// What has to happen in one go is a script: Redis runs one at a time, for all nodes together (https://redis.io/docs/latest/develop/programmability/eval-intro/).
//
// KEYS[1] is the set of all nodes. ARGV[1] is the prefix of their hashes, ARGV[2] the id of the node that asks, ARGV[3] the
// milliseconds that its hash lasts without a beat. A hash holds an entry (JSON) for each name that the node holds, by the
// key of the name; the field '' is the number of the node's last news. For each look of such a name (looksOf) it holds the key under the
// look with a space in front, with which no key begins. When the hash expires, all that the node held is free.

/** An entry out of its JSON; nil where there is none, or none that can be read, which holds nothing. Since when it is held. And how one is set and deleted. */
const ENTRIES = `
local function entry_of(json)
  local readable, entry = pcall(cjson.decode, json or '')
  if not readable or type(entry) ~= 'table' or type(entry.parties) ~= 'table' then return nil end
  if type(entry.user) ~= 'string' or type(entry.proof) ~= 'string' then return nil end
  for _, party in pairs(entry.parties) do
    if type(party) ~= 'table' or type(party.since) ~= 'string' then return nil end
  end
  if type(entry.looks) ~= 'table' then entry.looks = nil end
  return entry
end
local function held_since(entry)
  local first
  for _, party in pairs(entry.parties) do
    if not first or party.since < first then first = party.since end
  end
  return first or '9'
end
local function del(hash, key)
  local entry = entry_of(redis.call('HGET', hash, key))
  redis.call('HDEL', hash, key)
  for _, look in ipairs(entry and entry.looks or {}) do
    if redis.call('HGET', hash, ' ' .. look) == key then redis.call('HDEL', hash, ' ' .. look) end
  end
end
local function set(hash, key, entry, json)
  del(hash, key)
  redis.call('HSET', hash, key, json or cjson.encode(entry))
  for _, look in ipairs(entry.looks or {}) do redis.call('HSET', hash, ' ' .. look, key) end
end
local function moment()
  local now = redis.call('TIME')
  return string.format('%010d%06d', now[1], now[2])
end
`

/**
 * Claims a name. ARGV: key, name, proof, party, most parties, room, what it looks like. Answers `ok`, the name as it is spelled and the
 * moment of the claim; or why not, which is `alike` if another name that looks like it is held; or `lost`, where Redis does not know the
 * node that asks any more.
 */
export const CLAIM = `${ENTRIES}
local own = ARGV[1] .. ARGV[2]
if redis.call('EXISTS', own) == 0 then return {'lost'} end
local key, user, proof, party = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local looks = {unpack(ARGV, 10)}
local parties, others, seen, held = {}, 0, {[party] = true}, false
local nodes = redis.call('SMEMBERS', KEYS[1])
for _, node in ipairs(nodes) do
  local entry = entry_of(redis.call('HGET', ARGV[1] .. node, key))
  if entry then
    if entry.proof ~= proof then return {'name-taken'} end
    user, looks, held = entry.user, entry.looks or looks, true
    for id in pairs(entry.parties) do
      if not seen[id] then
        seen[id] = true
        others = others + 1
      end
    end
    if node == ARGV[2] then parties = entry.parties end
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
local since = moment()
parties[party] = {since = since, room = ARGV[9]}
set(own, key, {user = user, proof = proof, parties = parties, looks = looks})
return {'ok', user, since}
`

/** Gives back what a party claimed at a certain moment, and nothing that it claimed later. ARGV: key, party, moment. */
export const RELEASE = `${ENTRIES}
local own, key = ARGV[1] .. ARGV[2], ARGV[4]
local entry = entry_of(redis.call('HGET', own, key))
if not entry then return end
local party = entry.parties[ARGV[5]]
if not party or party.since ~= ARGV[6] then return end
entry.parties[ARGV[5]] = nil
if next(entry.parties) == nil then
  del(own, key)
else
  redis.call('HSET', own, key, cjson.encode(entry))
end
`

/**
 * Writes what a node holds, as Redis does not know it (any more). ARGV: 'anew' or 'more', number, then key and entry of each
 * name, empty for one that it holds no more. Of two who hold a name the earlier one keeps it. Answers the moment; the keys of
 * the names that somebody else has held for longer, which are left out; and the keys of those that others had to give up.
 * Fails with 'more', where Redis does not know the node that asks any more.
 */
export const RESTORE = `${ENTRIES}
local own, taken, won = ARGV[1] .. ARGV[2], {}, {}
if ARGV[4] == 'anew' then
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
    local mine, free, later = entry_of(ARGV[i + 1]), true, {}
    for _, node in ipairs(nodes) do
      local other = node ~= ARGV[2] and entry_of(redis.call('HGET', ARGV[1] .. node, key))
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
return {moment(), taken, won}
`

/**
 * Says that a node lives. ARGV: the number of its last news. Answers id and number of each living node in turn; nothing
 * where Redis does not know the node that asks.
 */
export const BEAT = `
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

/** Everything of the node ARGV[4], field and value in turn. */
export const READ = `return redis.call('HGETALL', ARGV[1] .. ARGV[4])`

/** Ends a node. */
export const LEAVE = `
redis.call('DEL', ARGV[1] .. ARGV[2])
redis.call('SREM', KEYS[1], ARGV[2])
`
