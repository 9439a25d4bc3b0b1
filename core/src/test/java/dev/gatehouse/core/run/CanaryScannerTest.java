package dev.gatehouse.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.CanaryScanner;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A scanner that finds nothing proves nothing: it must find what is planted. */
class CanaryScannerTest {
  private static final String CANARY = "c4n'ary\"w\\ith k\u00e9y+/9";
  private final CanaryScanner scanner = new CanaryScanner(CANARY);

  private void finds(String form, byte[] planted) {
    assertThat(scanner.leaks(planted)).contains(form);
  }

  private void finds(String form, String planted) {
    finds(form, ("before " + planted + " behind").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void planted_texts_are_found() {
    finds("raw", CANARY);
    finds("SQL-quoted", "password '" + CANARY.replace("'", "''") + "'");
    finds("SQL-escaped", CANARY.replace("\\", "\\\\").replace("'", "\\'"));
    finds("JSON", CANARY.replace("\\", "\\\\").replace("\"", "\\\""));
    finds("JSON, ASCII only", "c4n'ary\\\"w\\\\ith k\\u00e9y+/9");
    finds("URL", URLEncoder.encode(CANARY, StandardCharsets.UTF_8));
    finds("URL, spaces as %20", "c4n%27ary%22w%5Cith%20k%C3%A9y%2B%2F9");
  }

  @Test
  void planted_bytes_are_found() {
    byte[] utf8 = CANARY.getBytes(StandardCharsets.UTF_8);
    byte[] utf16 = CANARY.getBytes(StandardCharsets.UTF_16LE);
    finds("hex of UTF-8", HexFormat.of().formatHex(utf8));
    finds("upper-case hex of UTF-8", HexFormat.of().withUpperCase().formatHex(utf8));
    finds("hex of UTF-16LE", HexFormat.of().formatHex(utf16));
    finds("UTF-16LE", utf16);
    finds("UTF-16BE", CANARY.getBytes(StandardCharsets.UTF_16BE));
    finds("ISO-8859-1", CANARY.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void planted_base64_is_found_wherever_the_secret_begins_in_it() {
    for (String before : new String[] {"", "u", "us", "use", "user:"}) {
      byte[] content = (before + CANARY + "@host").getBytes(StandardCharsets.UTF_8);
      String form = " of UTF-8 at " + before.length() % 3;
      finds("Base64" + form, Base64.getEncoder().encodeToString(content));
      finds("URL-safe Base64" + form, Base64.getUrlEncoder().encodeToString(content));
    }
  }

  @Test
  void what_is_clean_is_clean() {
    assertThat(scanner.leaks("nothing of the kind: Secret[canary]")).isEmpty();
  }
}
