--
-- PostgreSQL database dump
--
\restrict kQ9aZ

SET statement_timeout = 0;
\unrestrict kQ9aZ

