package dev.gatehouse.core.report;

import java.io.Flushable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/** Writes lines, the last of which may be written again in place. One thread at a time. */
final class Lines {
  private final Appendable out;
  private final CharsetEncoder encoder;
  private boolean rewriting;
  private boolean broken;

  /** A charset that only decodes is no reason to fail: all but ASCII is escaped then. */
  Lines(Appendable out, Charset charset) {
    this.out = out;
    this.encoder =
        charset.canEncode() ? charset.newEncoder() : StandardCharsets.US_ASCII.newEncoder();
  }

  void line(String text) {
    write((rewriting ? Screen.CLEAR : "") + encodable(text) + "\n");
    rewriting = false;
  }

  void rewrite(String text) {
    write(Screen.CLEAR + encodable(text));
    rewriting = true;
  }

  /** Two names must not look the same because neither can be encoded. */
  private String encodable(String text) {
    if (encoder.canEncode(text)) {
      return text;
    }
    StringBuilder encodable = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String whole = Character.toString(c);
              encodable.append(encoder.canEncode(whole) ? whole : Plain.escape(c));
            });
    return encodable.toString();
  }

  private void write(String text) {
    if (broken) {
      return;
    }
    try {
      out.append(text);
      if (out instanceof Flushable flushable) {
        flushable.flush();
      }
    } catch (IOException | RuntimeException e) {
      broken = true;
    }
  }
}
