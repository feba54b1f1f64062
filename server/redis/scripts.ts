// What has to happen in one go is a script: Redis runs one at a time, for all nodes together (https://redis.io/docs/latest/develop/programmability/eval-intro/).
//
// KEYS[1] is the set of all nodes. ARGV[1] is the prefix of their hashes, ARGV[2] the id of the node that asks, ARGV[3] the
// milliseconds that its hash lasts without a beat. A hash holds an entry (JSON) for each name that the node holds, by the
// key of the name; the field '' is the number of the node's last news. When it expires, all that the node held is free.

/**
 * Claims a name. ARGV: key, name, proof, party, most parties, room. Answers `ok`, the name as it is spelled and the moment of the
 * claim; or why not; or `lost`, where Redis does not know the node that asks any more.
 */
export const CLAIM = `
local own = ARGV[1] .. ARGV[2]
if redis.call('EXISTS', own) == 0 then return {'lost'} end
local key, user, proof, party = ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local parties, others, seen = {}, 0, {[party] = true}
for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local json = redis.call('HGET', ARGV[1] .. node, key)
  if json then
    local entry = cjson.decode(json)
    if entry.proof ~= proof then return {'name-taken'} end
    user = entry.user
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
local now = redis.call('TIME')
local since = string.format('%010d%06d', now[1], now[2])
parties[party] = {since = since, room = ARGV[9]}
redis.call('HSET', own, key, cjson.encode({user = user, proof = proof, parties = parties}))
return {'ok', user, since}
`

/** Gives back what a party claimed at a certain moment, and nothing that it claimed later. ARGV: key, party, moment. */
export const RELEASE = `
local own, key = ARGV[1] .. ARGV[2], ARGV[4]
local json = redis.call('HGET', own, key)
if not json then return end
local entry = cjson.decode(json)
local party = entry.parties[ARGV[5]]
if not party or party.since ~= ARGV[6] then return end
entry.parties[ARGV[5]] = nil
if next(entry.parties) == nil then
  redis.call('HDEL', own, key)
else
  redis.call('HSET', own, key, cjson.encode(entry))
end
`

/**
 * Writes what a node holds, as Redis does not know it (any more). ARGV: 'anew' or 'more', number, then key and entry of each
 * name, empty for one that it holds no more. Answers the keys of the names that somebody else has got hold of meanwhile; those are left out.
 */
export const RESTORE = `
local own, taken = ARGV[1] .. ARGV[2], {}
if ARGV[4] == 'anew' then redis.call('DEL', own) end
redis.call('HSET', own, '', ARGV[5])
for i = 6, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', own, ARGV[i])
  else
    local proof, free = cjson.decode(ARGV[i + 1]).proof, true
    for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
      local json = node ~= ARGV[2] and redis.call('HGET', ARGV[1] .. node, ARGV[i])
      if json and cjson.decode(json).proof ~= proof then free = false end
    end
    if free then
      redis.call('HSET', own, ARGV[i], ARGV[i + 1])
    else
      taken[#taken + 1] = ARGV[i]
    end
  end
end
redis.call('PEXPIRE', own, ARGV[3])
redis.call('SADD', KEYS[1], ARGV[2])
return taken
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
