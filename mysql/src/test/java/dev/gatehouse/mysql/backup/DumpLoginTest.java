package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a dump tool is told where to log in, and what of its words is known. */
class DumpLoginTest {

  @Test
  void the_place_is_one_host_over_tcp() {
    assertThat(DumpLogin.place(URI.create("mysql://db.example:3307/shop?sslMode=REQUIRED")))
        .isEqualTo(Map.of("host", "db.example", "port", "3307", "protocol", "tcp"));
    assertThat(DumpLogin.place(URI.create("mariadb://[::1]/shop")))
        .containsEntry("host", "::1")
        .containsEntry("port", "3306");
    // java.net takes neither for a host
    for (String many : new String[] {"mysql://my_db:1/shop", "mysql://a:1,b:2/shop"}) {
      assertThatThrownBy(() -> DumpLogin.place(URI.create(many)))
          .as(many)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("tool.login");
    }
  }

  @Test
  void it_is_encrypted_as_the_session_is_and_proves_the_server_as_the_address_asks(
      @TempDir Path directory) throws Exception {
    Path ca = Files.createFile(directory.resolve("ca.pem"));
    assertThat(DumpLogin.encryption(Map.of("sslMode", "REQUIRED"), false, true))
        .isEqualTo(Map.of("ssl", "0"));
    assertThat(DumpLogin.encryption(Map.of(), false, false))
        .isEqualTo(Map.of("ssl-mode", "DISABLED"));
    assertThat(DumpLogin.encryption(Map.of(), true, false))
        .isEqualTo(Map.of("ssl-mode", "REQUIRED"));
    assertThat(DumpLogin.encryption(Map.of("sslMode", "trust"), true, true))
        .isEqualTo(Map.of("ssl", "1", "ssl-verify-server-cert", "0"));
    Map<String, String> full = Map.of("sslMode", "verify-full", "serverSslCert", ca.toString());
    assertThat(DumpLogin.encryption(full, true, true))
        .isEqualTo(Map.of("ssl", "1", "ssl-verify-server-cert", "1", "ssl-ca", ca.toString()));
    Map<String, String> byCa = Map.of("sslMode", "VERIFY_CA", "serverSslCert", ca.toString());
    assertThat(DumpLogin.encryption(byCa, true, false))
        .isEqualTo(Map.of("ssl-mode", "VERIFY_CA", "ssl-ca", ca.toString()));
    for (String none : new String[] {"", "ca.pem", ca + ".gone"}) {
      assertThatThrownBy(
              () ->
                  DumpLogin.encryption(
                      Map.of("sslMode", "VERIFY_IDENTITY", "serverSslCert", none), true, false))
          .as(none)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("tool.login");
    }
  }

  @Test
  void what_stands_in_for_a_view_of_many_columns_is_known() {
    String columns =
        IntStream.range(0, 2_000)
            .mapToObj(at -> "1 AS `c``" + at + "`")
            .collect(Collectors.joining(", "));
    String sql = "CREATE VIEW `wide` AS SELECT " + columns;
    assertThat(DumpReading.BESIDE).anyMatch(words -> words.matcher(sql).matches());
    assertThat(DumpReading.BESIDE)
        .noneMatch(words -> words.matcher(sql + ", user() AS `u`").matches());
  }
}
