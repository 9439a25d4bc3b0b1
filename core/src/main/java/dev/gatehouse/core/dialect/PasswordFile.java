package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.util.Map;

/**
 * The file in which a product's own client programs look for passwords, such as {@code ~/.pgpass}.
 *
 * <p>Thread-safe. Reads a file of this machine; connects to nothing.
 *
 * @since 0.1
 */
public interface PasswordFile {

  /**
   * The password that a client of the product would take from there.
   *
   * @param environment where the file is: HOME and what else the product's clients heed
   * @throws Refusal when the file has none for that account there, or clients pass it over, and why
   */
  Secret password(String jdbcUrl, String account, Map<String, String> environment);
}
