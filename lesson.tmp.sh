#!/bin/bash
# lesson.tmp.sh N : starts lesson N on 43N0..
n=$1; PORT=43${n}0 SMTP_PORT=43${n}1 INBOX_PORT=43${n}2 GUIDE_PORT=43${n}3 SLOW_PORT=43${n}4 REDIS_URL= XDG_STATE_HOME=/tmp/state-c bun lessons/kit/kit.ts lesson $n > /tmp/l$n.log 2>&1 &
echo $! > /tmp/l$n.pid
for i in $(seq 50); do grep -q 'Ctrl-C stops' /tmp/l$n.log && break; sleep .3; done
