package dev.gatehouse.core.outcome;

/**
 * This is a bug in Gatehouse: something happened that its own rules exclude.
 *
 * @since 0.1
 */
public final class Bug extends GatehouseException {
  private static final long serialVersionUID = 1L;

  public Bug(String message) {
    super("this is a bug in Gatehouse: " + message);
  }

  public Bug(String message, Throwable cause) {
    super("this is a bug in Gatehouse: " + message, cause);
  }
}
