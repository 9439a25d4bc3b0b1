package dev.gatehouse.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What could as well be a word is taken out only where a secret stands. */
class ScrubberTest {
  private static final List<String> NAMES = List.of("shop_deployer", "gh_7f3a9c", "127.0.0.1:5432");

  private static Scrubber of(String secret) {
    return Scrubber.of(List.of(Secret.of("password", secret.toCharArray())), NAMES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026",
        "x",
        "app",
        "test",
        "postgres",
        "password",
        "gh_7f3a9c",
        "20261128T1",
        "select",
        "current_user",
        "20261128",
        "deployer",
        "Postgres",
        "shop_deployer"
      })
  void a_word_a_number_and_a_name_stay_in_texts(String secret) {
    String prose =
        "'test' of gate 'app': artifact 20261128T101010Z-0a1b2c3d of app.x; select x, 2026 from"
            + " \"postgres\".test where d = '2026'; owner Postgres; password of the account;"
            + " ALTER ROLE shop_deployer SUPERUSER on gh_7f3a9c; current_user, database postgres";
    assertThat(of(secret).scrub(prose)).isEqualTo(prose);
    assertThat(of(secret).refuses(prose)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026", "x", "app", "test", "postgres", "gh_7f3a9c", "p'w", "select"})
  void where_a_secret_stands_it_is_taken_out(String secret) throws Exception {
    String literal = secret.replace("'", "''");
    String url = java.net.URLEncoder.encode(secret, java.nio.charset.StandardCharsets.UTF_8);
    assertThat(
            of(secret)
                .scrub(
                    String.join(
                        "\n",
                        "jdbc:postgresql://h/d?user=app&password=" + url + "&ssl=true",
                        "postgresql://app:" + url + "@h/test",
                        "ALTER ROLE app PASSWORD '" + literal + "' VALID UNTIL 'x'",
                        "CREATE USER app IDENTIFIED BY '" + literal + "'",
                        "PGPASSWORD=" + secret + " psql",
                        "{\"password\": \"" + secret + "\"}")))
        .isEqualTo(
            """
            jdbc:postgresql://h/d?user=app&password=[password]&ssl=true
            postgresql://app:[password]@h/test
            ALTER ROLE app PASSWORD '[password]' VALID UNTIL 'x'
            CREATE USER app IDENTIFIED BY '[password]'
            PGPASSWORD=[password] psql
            {"password": "[password]"}\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Key (name)=(test) already exists    | Key (name)=([password]) already exists",
        "invalid value: \"test\" of x = test | invalid value: \"test\" of x = [password]",
        "relation \"test\" of schema test    | relation \"test\" of schema test",
        "relation test.t = test.u            | relation test.t = test.u",
        "the latest attestation              | the latest attestation",
        "options=test                        | options=[password]"
      })
  void values_are_taken_out_of_what_a_server_says_and_names_are_not(String said, String shown) {
    assertThat(of("test").scrubOutput(said)).isEqualTo(shown);
    assertThat(of("test").describe(new SQLException(said))).isEqualTo("SQLException: " + shown);
    assertThat(of("test").scrub(said)).isEqualTo(said);
  }

  @Test
  void a_name_in_use_stays_in_what_a_server_says() {
    String said = "Access denied for user 'shop_deployer'@'%' to database 'gh_7f3a9c'";
    assertThat(of("shop_deployer").scrubOutput(said)).isEqualTo(said);
    assertThat(of("gh_7f3a9c").scrubOutput(said)).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hunter22", "correcthorsebatterystaple", "Xk9-pQ2w", "aBcDeFgHiJ", "pass-word"})
  void what_nobody_writes_by_chance_is_taken_out_everywhere(String secret) {
    Scrubber scrubber = of(secret);
    assertThat(scrubber.scrub("x" + secret + "y " + secret)).isEqualTo("x[password]y [password]");
    assertThat(scrubber.refuses("gate " + secret)).isTrue();
  }

  @Test
  void what_was_kept_is_read_back_as_it_was() {
    Scrubber scrubber = of("hunter22");
    Evidence told =
        Evidence.at(Instant.EPOCH).keeping("sha256", "a1hunter22").with("said", "hunter22");
    assertThat(scrubber.scrub(told).facts())
        .containsEntry("sha256", "a1hunter22")
        .containsEntry("said", "[password]");
    assertThat(scrubber.scrub(told).kept()).containsExactly("sha256");
  }
}
