-- One line of figures for wrk.ts: requests, microseconds, p50 and p99 in microseconds, wrong answers, lost connections.
wrk.method = os.getenv('METHOD') or 'GET'

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("\nfigures %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
