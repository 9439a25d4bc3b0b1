package dev.gatehouse.dsl;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.credential.LoginSink;
import dev.gatehouse.dsl.credential.RotatePassword;
import dev.gatehouse.dsl.credential.SecretSink;
import dev.gatehouse.dsl.credential.SecretSinks;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * The verbs for passwords of accounts. Made for {@code import static
 * dev.gatehouse.dsl.GatehouseCredentials.*}, beside {@link Gatehouse}, whose rules hold here, too.
 *
 * @since 0.1
 */
public final class GatehouseCredentials {
  private GatehouseCredentials() {}

  /**
   * A new password for an account: {@code rotatePassword("app@%").into(envFile(path,
   * "DB_PASSWORD"))}.
   *
   * @param account as the product prints it; without a host on PostgreSQL, and on MySQL and MariaDB
   *     where there is one account of that user
   */
  public static RotatePassword rotatePassword(String account) {
    return new RotatePassword(account);
  }

  /** A file of mode 0600 that holds the password and nothing else. */
  public static SecretSink secretFile(Path file) {
    return SecretSinks.file(file);
  }

  /** A file of mode 0600 with a line {@code NAME=password}, of which all else stays as it is. */
  public static SecretSink envFile(Path file, String name) {
    return SecretSinks.variable(file, name);
  }

  /**
   * A file of mode 0600 with a line for the name of the account, too; both change in one rename.
   */
  public static LoginSink envFile(Path file, String user, String password) {
    return SecretSinks.login(file, user, password);
  }

  /**
   * For a run that rotates the password of its own account: {@code Target.at(name, jdbcUrl,
   * account, passwordsIn(sink), dialect)} logs in by what the sink keeps or, while a rotation is
   * under way, by one of the two that wait beside it.
   */
  public static Supplier<List<Secret>> passwordsIn(SecretSink sink) {
    return SecretSinks.passwords(sink);
  }

  /**
   * That the account logs in by the password that the sink keeps at that moment, and by no random
   * one: {@code confirmedBy(logsIn("app@%", envFile(path, "DB_PASSWORD")))}. It looks as a client
   * does that reads the sink again, and says nothing of one that does not. FAILED when that
   * password is refused or none of the account is kept; INCONCLUSIVE when the server does not
   * answer, takes any password, or the account may not log in at all.
   *
   * @param account as in {@link #rotatePassword}
   */
  public static NamedCheck logsIn(String account, SecretSink sink) {
    return SecretSinks.logsIn(account, sink);
  }

  /**
   * A program that keeps what it reads from its standard input. It may be handed the same password
   * again after a crash, and is handed the old one when the rotation is taken back. It cannot be
   * read back, so that the rotation needs {@code confirmedBy(check)}.
   */
  public static SecretSink standardInputOf(String program, String... arguments) {
    return SecretSinks.program(program, arguments);
  }
}
