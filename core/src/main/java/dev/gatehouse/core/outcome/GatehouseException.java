package dev.gatehouse.core.outcome;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything Gatehouse throws on its own account.
 *
 * @since 0.1
 */
public class GatehouseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected GatehouseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  protected GatehouseException(String message) {
    super(message);
  }
}
