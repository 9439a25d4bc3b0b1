package dev.gatehouse.postgres.grant;

/** How a statement of a script is sent, and how it is shown. */
public interface Sending {
  /** With what may go to the server only. */
  String sql(String statement);

  /** Without any secret. */
  String text(String statement);
}
