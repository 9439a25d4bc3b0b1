package dev.gatehouse.core.testkit.credential;

import java.util.List;

/** Passwords that break what quotes, escapes, splits or prints them. */
final class CanaryShapes {
  /** Stands for letters and digits of its own; {@code {a}} and {@code {d}} for names. */
  private static final List<String> ALL =
      List.of(
          "{r}'{r}",
          "{r}\\{r}",
          "{a}",
          "{r}é{r}",
          "%{r}%s%n",
          "{r}",
          "{r}{r}",
          "{r}\"{r}",
          "{r}''{r}",
          "{r}\\'{r}",
          "{r}\\",
          "'{r}",
          "{r}%27{r}",
          "{r} {r}",
          " {r}",
          "{r} ",
          "{r}${HOME}{r}",
          "{r}`id`{r}",
          "{r}$(id){r}",
          "{r};DROP ROLE x;--",
          "{r}/*{r}*/",
          "#{r}",
          "{r}={r}",
          "{r}&{r}?x",
          "{r}@{r}:1/x",
          "<{r}>{r}",
          "{{r}}",
          "[{r}]",
          "{\"p\":\"{r}\"}",
          "{d}",
          "{a}{r}",
          "{r}\t{r}",
          "{r}ß→{r}",
          "{r}\uD83D\uDD11{r}",
          "{r}{r}{r}{r}{r}{r}{r}{r}{r}{r}{r}{r}{r}{r}{r}{r}",
          "SCRAM-SHA-256${r}",
          "*{r}",
          "$A$005${r}",
          "md5{r}",
          "~!^*()_+|,.{r}");

  private CanaryShapes() {}

  static int count() {
    return ALL.size();
  }

  /** Shorter ones are the beginning of longer ones: each has the same letters in it. */
  static String of(int number, String account, String database) {
    return ALL.get(number)
        .replace("{r}", "Zq7wK2pV9xTb4mRd")
        .replace("{a}", account)
        .replace("{d}", database);
  }

  /** Names may be printed, and so tell nothing. */
  static boolean isName(int number) {
    return !ALL.get(number).contains("{r}");
  }

  /** Refused as the password in use: products differ in what they take it for. */
  static boolean isRefused(int number) {
    return ALL.get(number).chars().anyMatch(one -> one < ' ' || one > '~');
  }
}
