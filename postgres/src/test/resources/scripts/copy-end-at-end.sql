COPY t FROM stdin;
a
\.