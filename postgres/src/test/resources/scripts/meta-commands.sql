\set x 'a b' :y
SELECT 1;
  \i more.sql
\echo done;
SELECT 2
;