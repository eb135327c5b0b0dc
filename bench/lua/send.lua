-- Sends one request with a body over and over: wrk [options] -s lua/send.lua URL -- METHOD TYPE BODY
function init(args)
  request_bytes = wrk.format(args[1], nil, { ["Content-Type"] = args[2] }, args[3])
end

function request()
  return request_bytes
end
