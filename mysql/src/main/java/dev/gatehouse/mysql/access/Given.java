package dev.gatehouse.mysql.access;

/**
 * Rights, and where they come from.
 *
 * @param column of a grant on one; else empty
 * @param onlyWhen for which logins, or why it is not certain; empty where it is
 * @param where as GRANT writes it behind ON
 */
record Given(Account to, long rights, String column, String onlyWhen, String where) {}
