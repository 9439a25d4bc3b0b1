SELECT 1
\! touch /tmp/canary
;