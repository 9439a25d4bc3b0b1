package dev.gatehouse.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Step;
import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not compile, does not, for the reason it should; its mended twin does. */
class CompilationTest {
  private static final String HEAD =
      """
      import static dev.gatehouse.dsl.Gatehouse.*;
      import static dev.gatehouse.dsl.GatehouseAccess.*;
      import static dev.gatehouse.dsl.GatehouseOperations.*;
      import static dev.gatehouse.dsl.access.Privilege.*;
      import static org.assertj.core.api.Assertions.*;
      import static dev.gatehouse.dsl.assertj.GatehouseAssertions.*;
      import dev.gatehouse.core.model.*;
      import dev.gatehouse.dsl.access.*;
      import dev.gatehouse.dsl.backup.*;
      import dev.gatehouse.dsl.operation.*;
      import dev.gatehouse.dsl.sql.*;
      import java.nio.file.Path;
      import java.time.*;
      class Snippet {
        static final Path vault = Path.of("vault");
        static final Path scratch = Path.of("scratch");
        static final BackUp dump = backUp(into(vault));
        Object snippet() {
          return EXPRESSION;
        }
      }
      """;

  @TempDir private static Path classes = Path.of("");

  private static List<String> errors(String expression) throws URISyntaxException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    String text = HEAD.replace("EXPRESSION", expression);
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    List<String> options =
        List.of("-proc:none", "-Xlint:none", "-cp", classPath(), "-d", classes.toString());
    compiler.getTask(null, null, found, options, null, List.of(source)).call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
        .map(message -> message.replaceAll("(?:[a-z]\\w*\\.)+(?=[A-Z])", ""))
        .toList();
  }

  private static String classPath() throws URISyntaxException {
    return Stream.of(Gatehouse.class, Step.class, Assertions.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation().toString())
        .map(location -> Path.of(URI.create(location)).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gate(\"empty\") | method gate in class Gatehouse cannot be applied to given types",
        "runbook(\"empty\") | method runbook in class Gatehouse cannot be applied to given types",
        "backUp() | method backUp in class Gatehouse cannot be applied to given types",
        "gate(\"g\", grantee(\"x\").mayOnly(SELECT)) | PrivilegeClaim cannot be converted to Step",
        "grantee(\"x\").mayOnly() | method mayOnly in class Grantee cannot be applied",
        "gate(\"g\", inOneTransaction(sql(\"x\"))) | InOneTransaction cannot be converted to Step",
        "inOneTransaction() | method inOneTransaction in class Gatehouse cannot be applied",
        "inOneTransaction(dump) | BackUp cannot be converted to TransactionPart",
        "gate(\"g\", sql(\"x\")) | Statements cannot be converted to Step",
        "gate(\"g\", command(\"x\")) | Command cannot be converted to Step",
        "gate(\"g\", approval(\"q\")) | Asking cannot be converted to Step",
        "gate(\"g\", approval(\"q\").by(one(\"r\"))) | OfPeople cannot be converted to Step",
        "approval(\"q\").by() | method by in class Asking cannot be applied",
        "gate(\"g\", acknowledge(\"q\")) | Acknowledgement cannot be converted to Step",
        "gate(\"g\", rows(\"q\")) | Rows cannot be converted to Step",
        "gate(\"g\", value(\"q\")) | Value cannot be converted to Step",
        "gate(\"g\", rowCount(\"t\")) | RowCount cannot be converted to Step",
        "gate(\"g\", accessTo(\"shop.*\")) | AccessTo cannot be converted to Step",
        "accessTo(\"shop.*\").is(grantee(\"x\").may(SELECT)) | PrivilegeClaim cannot be converted to PrivilegeCheck",
        "verify(grantee(\"x\").may(SELECT), null) | no suitable method found for verify",
        "restore(Path.of(\"shop.db\")) | Path cannot be converted to ArtifactSource",
        "restore(\"shop.db\") | String cannot be converted to ArtifactSource",
        "restore(fromCatalogue(vault)) | Catalogue cannot be converted to ArtifactSource",
        "gate(\"g\", restoreDrill(dump)) | RestoreDrill cannot be converted to Step",
        "maintenanceWindow(\"02:00\", \"04:00\") | method maintenanceWindow in class GatehouseOperations cannot",
        "command(\"x\", dev.gatehouse.core.outcome.Secret.of(\"p\", new char[1])) |"
            + " Secret cannot be converted to String",
      })
  void what_lacks_its_dangerous_part_does_not_compile(String expression, String message)
      throws Exception {
    assertThat(errors(expression)).singleElement().asString().contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runbook(\"r\", gate(\"g\", note(\"n\")))",
        "gate(\"g\", dump, noOlderThan(Duration.ofMinutes(15), dump), note(\"n\"))",
        "gate(\"g\", grantee(\"x\").mayOnly(SELECT, INSERT).on(\"shop.*\"))",
        "gate(\"g\", inOneTransaction(sql(\"x\"), tableExists(\"t\")).undoneBy(restore(dump)))",
        "gate(\"g\", inOneTransaction(scripts(\"db\")).cannotBeUndone(\"why\"))",
        "gate(\"g\", command(\"a\").undoneBy(command(\"b\", \"c\")))",
        "gate(\"g\", command(\"a\").provenBy(tableExists(\"t\")).cannotBeUndone(\"why\"))",
        "gate(\"g\", commandSucceeds(command(\"a\").withDeadline(Duration.ofSeconds(1))))",
        "gate(\"g\", approval(\"q\").by(atLeast(2, \"r\"), one(\"s\")).validFor(Duration.ofHours(1))"
            + ".notBefore(Duration.ofMinutes(10)).typing(\"RESTORE\"))",
        "gate(\"g\", signOff(\"q\").by(one(\"r\")).validFor(Duration.ofDays(7)), waitTimer(Duration.ofMinutes(5)))",
        "gate(\"g\", acknowledge(\"q\").by(\"role\"))",
        "gate(\"g\", rows(\"q\", 1, \"x\").are(3), value(\"q\").is(1), rowCount(\"t\").isAtLeast(1))",
        "gate(\"g\", restore(fromCatalogue(vault).withId(\"x\")).acceptingForeignSource(\"why\"))",
        "gate(\"g\", restore(fromCatalogue(vault).at(Instant.EPOCH)).named(\"n\"))",
        "gate(\"g\", restoreDrill(dump).into(scratch).sameContent(\"a*\", \"b\")"
            + ".withDeadline(Duration.ofHours(1)))",
        "gate(\"g\", maintenanceWindow(\"02:00\", \"04:00\", ZoneOffset.UTC)"
            + ".withHeadroom(Duration.ofMinutes(30)).on(DayOfWeek.SUNDAY))",
        "runbook(\"r\", gate(\"g\", note(\"n\")))"
            + ".guardedBy(noRows(\"errors\", \"q\").every(Duration.ofSeconds(1)))",
        "assertThat(note(\"n\")).isNotNull().as(\"beside AssertJ's own static imports\")",
        "assertThat((dev.gatehouse.core.access.EffectiveAccess) null).as(\"ours\").grantee(\"x\")"
            + ".mayNot(SELECT).on(\"shop.*\").hasNoEscalation()",
        "assertThat((dev.gatehouse.core.dialect.Target) null).passes(gate(\"g\", note(\"n\")))",
        "gate(\"g\", accessTo(\"a.*\").is(grantee(\"x\").may(SELECT).on(\"a.*\")))",
        "gate(\"g\", knownFindings(\"f\").leftOutOf(grantee(\"x\").hasNoEscalation()))",
      })
  void what_is_complete_compiles(String expression) throws Exception {
    assertThat(errors(expression)).isEmpty();
  }

  @Test
  void no_verb_has_the_name_of_one_of_assertj() {
    for (Class<?> door :
        List.of(Gatehouse.class, GatehouseAccess.class, GatehouseOperations.class)) {
      assertThat(publicStatics(door))
          .hasSizeGreaterThan(5)
          .doesNotContainAnyElementsOf(publicStatics(Assertions.class));
    }
  }

  private static List<String> publicStatics(Class<?> type) {
    return Stream.of(type.getMethods())
        .filter(method -> java.lang.reflect.Modifier.isStatic(method.getModifiers()))
        .map(java.lang.reflect.Method::getName)
        .distinct()
        .toList();
  }
}
