package dev.gatehouse.core.run;

/** The process dies here: nothing after it may count. */
final class Death extends Error {
  private static final long serialVersionUID = 1L;

  Death() {
    super("the process died", null, false, false);
  }
}
