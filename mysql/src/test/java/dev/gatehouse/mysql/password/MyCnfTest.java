package dev.gatehouse.mysql.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients' option file, with the product's own reading of it as the judge. */
class MyCnfTest {
  private static final EngineUnderTest ENGINE = EngineUnderTest.of(Product.MARIADB, "11.4");
  private static final String[] LETTERS = {
    "a", "b", "#", "\"", "'", "\\", "\\s", "\\n", "=", " ", ";", "é", "à", "[", "]", "\t"
  };

  @TempDir Path home = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void a_home() {
    file = home.resolve(".my.cnf");
  }

  private Optional<String> ours() {
    return ours("jdbc:mariadb://db/shop", "ada");
  }

  private Optional<String> ours(String url, String account) {
    try (Secret found = new MyCnf().password(url, account, Map.of("HOME", home.toString()))) {
      return Optional.of(found.reveal(value -> new String(value)));
    } catch (Refusal none) {
      return Optional.empty();
    }
  }

  /** The last password that clients would be told; empty where they are told none, or stop. */
  private Optional<String> theirs() throws Exception {
    Path said = home.resolve("said");
    Process reading =
        new ProcessBuilder(
                ENGINE.tool("my_print_defaults").path().toString(),
                "--defaults-file=" + file,
                "client")
            .redirectInput(new java.io.File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!reading.waitFor(20, TimeUnit.SECONDS)) {
      reading.destroyForcibly();
    }
    if (reading.exitValue() != 0) {
      return Optional.empty();
    }
    String option = "--password=";
    String all = "\n" + new String(Files.readAllBytes(said), StandardCharsets.ISO_8859_1);
    int last = all.lastIndexOf("\n" + option);
    int asking = all.lastIndexOf("\n--password\n");
    if (last < 0 || asking > last) {
      return Optional.empty();
    }
    int begin = last + 1 + option.length();
    int next = all.indexOf("\n--", begin);
    String value = next < 0 ? all.substring(begin, all.length() - 1) : all.substring(begin, next);
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    String decoded = new String(bytes, StandardCharsets.UTF_8);
    return Optional.of(decoded).filter(text -> !text.isEmpty() && !text.contains("\uFFFD"));
  }

  @Test
  void it_takes_what_clients_take() throws Exception {
    long seed = Long.getLong("mycnf.seed", System.nanoTime());
    Random random = new Random(seed);
    int found = 0;
    for (String each : new String[] {"\"a\\\"#b\"", "'a\\'#b'", "\"a\\\\\"#b\"", "a\\#b"}) {
      Files.writeString(file, "[client]\npassword=" + each + "\n");
      assertThat(ours()).as(each).isEqualTo(theirs()).isPresent();
    }
    for (int i = 0; i < Integer.getInteger("mycnf.files", 200); i++) {
      String text = text(random);
      Files.writeString(file, text);
      Optional<String> theirs = theirs();
      assertThat(ours()).as("seed %s, file %s:\n%s", seed, i, text).isEqualTo(theirs);
      found += theirs.isPresent() ? 1 : 0;
    }
    assertThat(found).isPositive();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int line = random.nextInt(6); line >= 0; line--) {
      text.append(random.nextInt(4) == 0 ? " " : "");
      text.append(
          switch (random.nextInt(9)) {
            case 0 -> "# password=" + word(random);
            case 1 -> "[mysqld]";
            case 2 -> "[ client]";
            case 3, 4 -> "[client ]" + word(random);
            case 5 -> "password" + (random.nextBoolean() ? "" : " #" + word(random));
            case 6 -> "compress=" + word(random);
            default -> "password" + (random.nextBoolean() ? " = " : "=") + value(random);
          });
      text.append(random.nextInt(5) == 0 ? "\r\n" : "\n");
    }
    return (random.nextInt(6) == 0 ? "" : "[client]\n") + text;
  }

  private static String value(Random random) {
    String word = word(random);
    return switch (random.nextInt(4)) {
      case 0 -> '"' + word + '"';
      case 1 -> "'" + word + "'";
      case 2 -> '"' + word + "\" # it";
      default -> word;
    };
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      word.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return word.toString();
  }

  private void refused(String text, String found) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(
            () ->
                new MyCnf()
                    .password("jdbc:mysql://db/shop", "ada", Map.of("HOME", home.toString())))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("there is no password in " + file)
        .hasMessageContaining(found)
        .message()
        .doesNotContain("hush");
  }

  @Test
  void what_it_does_not_follow_or_is_of_another_is_told() throws Exception {
    refused("[client]\npassword=hush\n!include /etc/more.cnf\n", "line 3: an include");
    refused("[client]\nuser=bob\npassword=hush\n", "[client] has another user than the target");
    refused("[client]\nhost=elsewhere\npassword=hush\n", "another host than the target, elsewhere");
    refused("[client]\nport=3307\npassword=hush\n", "another port than the target, 3307");
    refused("[client\npassword=hush\n", "line 1: a group without its ]");
    refused("password=hush\n", "line 1: an option without a group before it");
    refused("[mysql]\npassword=hush\n", "none in [client]");
    refused("[client]\npassword=hush\npassword\n", "none in [client]");
    Files.writeString(file, "[client]\npassword=hush\nuser=ada\nhost=db\nport=3306\n");
    assertThat(ours()).contains("hush");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    refused("[client]\npassword=hush\n", "everybody may write it (rw-rw-rw-)");
  }

  @Test
  void a_target_without_a_password_logs_in_by_it() throws Exception {
    try (TestDatabase database = ENGINE.database()) {
      String password = database.secret().reveal(value -> new String(value));
      String quoted = password.replace("\\", "\\\\").replace("\"", "\\\"");
      Files.writeString(file, "[client]\npassword=\"" + quoted + "\"\n");
      Target shop =
          Target.fromEnvironment(
              Map.of(
                  "SHOP_URL",
                  database.jdbcUrl(),
                  "SHOP_USER",
                  database.account(),
                  "HOME",
                  home.toString()),
              "SHOP",
              MySql.dialect());
      try (Connection session = shop.dialect().openReading(shop)) {
        assertThat(session.isValid(5)).isTrue();
      }
    }
  }
}
