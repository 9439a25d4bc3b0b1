COPY public.t (a, "from stdin") FROM stdin;
1	x;y 'z
\N	\\.
\.x
 -- no comment
\.
SELECT 1;
