\restrict kQ9aZ
SELECT 1;
\! touch /tmp/canary
\unrestrict kQ9aZ
