package dev.gatehouse.core.report;

import java.io.Flushable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Writes lines, the last of which may be written again in place, or may get more behind it. One
 * thread at a time.
 */
final class Lines {
  private final Appendable out;
  private final CharsetEncoder encoder;
  private boolean rewriting;
  private String held = "";
  private boolean broken;

  /** A charset that only decodes is no reason to fail: all but ASCII is escaped then. */
  Lines(Appendable out, Charset charset) {
    this.out = out;
    this.encoder =
        charset.canEncode() ? charset.newEncoder() : StandardCharsets.US_ASCII.newEncoder();
  }

  void line(String text) {
    write(before() + encodable(text) + "\n");
    rewriting = false;
  }

  /** One that the next takes the place of. */
  void rewrite(String text) {
    write((held.isEmpty() ? "" : "\n") + Screen.CLEAR + encodable(text));
    held = "";
    rewriting = true;
  }

  /** One that stays, and is not ended before it is known whether {@link #more} follows. */
  void hold(String text) {
    write(before() + encodable(text));
    rewriting = false;
    held = text;
  }

  /** Behind the line that is held, if one is and there is room; else a line of its own. */
  void more(String text, String between, int columns) {
    if (!held.isEmpty() && Wrapping.width(held + between + text) <= columns) {
      write(encodable(between + text) + "\n");
      held = "";
    } else {
      line(text);
    }
  }

  private String before() {
    String before = !held.isEmpty() ? "\n" : rewriting ? Screen.CLEAR : "";
    held = "";
    return before;
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
