package dev.gatehouse.dsl.credential;

/**
 * Where clients find both name and password of the account that they use. Made by {@code
 * envFile(file, user, password)}, or by you.
 *
 * @since 0.1
 */
public interface LoginSink {

  /**
   * It as that account sees it: stores the name with the password, both or neither. What it tells
   * of another account's password is no password of this one.
   */
  SecretSink of(String account);
}
