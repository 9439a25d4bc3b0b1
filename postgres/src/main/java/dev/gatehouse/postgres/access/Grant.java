package dev.gatehouse.postgres.access;

/** An entry of an access control list: rights that one role gave another, or PUBLIC. */
record Grant(int grantee, int grantor, int rights) {}
