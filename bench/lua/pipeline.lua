-- Sends requests in batches: wrk [options] -s lua/pipeline.lua URL -- DEPTH
-- wrk counts each answer of a batch as one request.
function init(args)
  local depth = tonumber(args[1]) or 16
  local batch = {}
  for i = 1, depth do
    batch[i] = wrk.format("GET")
  end
  requests = table.concat(batch)
end

function request()
  return requests
end
