package dev.gatehouse.postgres.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The password file, with libpq itself as the judge. */
class PgPassTest {
  private static final EngineUnderTest ENGINE = EngineUnderTest.onePostgres(PgPassTest.class);
  private static final String[] LETTERS = {"a", "b", ":", "\\", "*", "é", "#", " "};

  @TempDir Path directory = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void a_file() throws IOException {
    file = directory.resolve("passwords");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static Optional<String> ours(Path file, PgPass.Sought sought) {
    try (Secret found = PgPass.of(file.toString(), sought)) {
      return Optional.of(found.reveal(String::new));
    } catch (Refusal none) {
      return Optional.empty();
    }
  }

  @Test
  void it_takes_what_libpq_takes() throws Exception {
    long seed = Long.getLong("pgpass.seed", System.nanoTime());
    Random random = new Random(seed);
    int found = 0;
    try (Libpq libpq = new Libpq(ENGINE.tool("psql").path())) {
      for (int i = 0; i < Integer.getInteger("pgpass.files", 150); i++) {
        PgPass.Sought sought =
            new PgPass.Sought(
                word(random), String.valueOf(libpq.port()), word(random), word(random));
        String text = text(random, sought);
        Files.writeString(file, text);
        Optional<String> theirs =
            libpq.password(file, sought.host(), sought.database(), sought.user());
        assertThat(ours(file, sought))
            .as("seed %s, file %s: %s of\n%s", seed, i, sought, text)
            .isEqualTo(theirs);
        found += theirs.isPresent() ? 1 : 0;
      }
    }
    assertThat(found).isPositive();
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder("aabb#".charAt(random.nextInt(5)) + "");
    for (int i = random.nextInt(3); i > 0; i--) {
      word.append(LETTERS[random.nextInt(6)]);
    }
    return word.toString();
  }

  private static String text(Random random, PgPass.Sought sought) {
    StringBuilder text = new StringBuilder();
    for (int line = random.nextInt(6); line >= 0; line--) {
      text.append(random.nextInt(12) == 0 ? "#" : "");
      for (String field :
          new String[] {sought.host(), sought.port(), sought.database(), sought.user()}) {
        text.append(field(random, field)).append(random.nextInt(40) == 0 ? "" : ":");
      }
      for (int i = random.nextInt(5); i > 0; i--) {
        text.append(LETTERS[random.nextInt(LETTERS.length)]);
      }
      text.append(line == 0 && random.nextBoolean() ? "" : random.nextInt(4) == 0 ? "\r\n" : "\n");
    }
    return text.toString();
  }

  private static String field(Random random, String wanted) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> "*";
      case 3 -> wanted;
      case 4 -> word(random);
      case 5 -> "\\" + wanted;
      default -> wanted.replace("\\", "\\\\").replace(":", "\\:");
    };
  }

  @Test
  void a_file_that_others_may_touch_is_passed_over_and_why_is_told() throws Exception {
    Files.writeString(file, "*:*:*:*:hush-hush\n");
    PgPass.Sought sought = new PgPass.Sought("db", "5432", "shop", "ada");
    assertThat(ours(file, sought)).contains("hush-hush");
    for (String mode : new String[] {"rw-r-----", "rw----r--", "rwx--x---", "rw-----w-"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertThatThrownBy(() -> PgPass.of(file.toString(), sought))
          .hasMessage(
              """
              there is no password in FILE
                expected  a line that fits db:5432:shop:ada:PASSWORD
                found     group or world may touch it (MODE), so that libpq passes it over
                fix       chmod 600 'FILE'
                code      pgpass.none"""
                  .replace("FILE", file.toString())
                  .replace("MODE", mode));
    }
  }

  @Test
  void a_target_without_a_password_logs_in_by_it() throws Exception {
    try (TestDatabase database = ENGINE.database()) {
      String line =
          "%s:%s:%s:%s:"
              .formatted(database.host(), database.port(), database.name(), database.account());
      String password = database.secret().reveal(String::new);
      Files.writeString(file, line + password.replace("\\", "\\\\").replace(":", "\\:") + "\n");
      Map<String, String> environment =
          Map.of(
              "SHOP_URL",
              database.jdbcUrl(),
              "SHOP_USER",
              database.account(),
              "PGPASSFILE",
              file.toString());
      Target shop = Target.fromEnvironment(environment, "SHOP", Postgres.dialect());
      try (Connection session = shop.dialect().openReading(shop)) {
        assertThat(session.isValid(5)).isTrue();
      }
      Files.writeString(file, line.replace(database.account(), "another") + "hush-hush\n");
      assertThatThrownBy(() -> Target.fromEnvironment(environment, "SHOP", Postgres.dialect()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("SHOP_PASSWORD and SHOP_PASSWORD_FILE both missing or empty")
          .hasMessageContaining("no line fits")
          .message()
          .doesNotContain("hush");
    }
  }

  @Test
  void the_address_is_read_as_the_driver_reads_it() throws Exception {
    Files.writeString(
        file,
        """
        \\:\\:1:5432:shop:ada:six
        localhost:5432:ada:ada:own
        db:6432:my/shop:ada:other
        """);
    Map<String, String> environment = Map.of("PGPASSFILE", file.toString());
    for (String[] each :
        new String[][] {
          {"jdbc:postgresql://[::1]/shop", "six"},
          {"jdbc:postgresql:///", "own"},
          {"jdbc:postgresql://db:6432/my%2Fshop?sslmode=require", "other"}
        }) {
      String found = new PgPass().password(each[0], "ada", environment).reveal(String::new);
      assertThat(found).isEqualTo(each[1]);
    }
    assertThatThrownBy(
            () -> new PgPass().password("jdbc:postgresql://a,b/shop", "ada", environment))
        .hasMessageContaining("an address of several hosts");
  }
}
