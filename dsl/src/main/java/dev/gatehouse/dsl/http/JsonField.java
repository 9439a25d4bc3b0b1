package dev.gatehouse.dsl.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Optional;

/** One value of a JSON document, by its name at the top or by its JSON pointer (RFC 6901). */
record JsonField(String name) {
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  JsonField {
    if (name.isBlank()) {
      throw new IllegalArgumentException("field is blank: a name, or a JSON pointer as /a/b");
    }
  }

  /**
   * Its text, as the document has it; empty where there is none, or no single value.
   *
   * @throws IOException when it is no JSON document, has a name twice, or is not whole, or is more
   *     than one
   */
  Optional<String> of(String document) throws IOException {
    JsonPointer wanted = pointer();
    Optional<String> found = Optional.empty();
    int depth = 0;
    int documents = 0;
    try (JsonParser parser = STRICT.createParser(document)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        documents += depth == 0 ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token.isScalarValue() && parser.getParsingContext().pathAsPointer().equals(wanted)) {
          found = Optional.of(parser.getText());
        }
      }
    }
    if (documents != 1) {
      throw new IOException("not one JSON document");
    }
    return found;
  }

  private JsonPointer pointer() {
    return name.startsWith("/")
        ? JsonPointer.compile(name)
        : JsonPointer.empty().appendProperty(name);
  }
}
