\restrict kQ9aZ
SELECT 1;
\unrestrict other
\! touch /tmp/canary
