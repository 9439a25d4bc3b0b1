COPY t FROM '/tmp/x'; COPY t TO stdout; COPY (SELECT 'FROM stdin' FROM stdin) TO STDOUT;
SELECT 'copy from', stdin FROM stdin;