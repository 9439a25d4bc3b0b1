// Start-up of Gatehouse scripts: jshell --class-path ... --startup DEFAULT --startup RUNBOOK.jsh FILE
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.LiveConsole;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import static dev.gatehouse.dsl.Gatehouse.*;
import static dev.gatehouse.dsl.GatehouseAccess.*;
import static dev.gatehouse.dsl.GatehouseCredentials.*;
import static dev.gatehouse.dsl.GatehouseOperations.*;
import static dev.gatehouse.dsl.GatehouseTelling.*;
import static dev.gatehouse.dsl.access.Privilege.*;
// What the script exits with: 70 means that nothing ran. A script sets it with: rc = Session.run(plan, Runner.journalingTo(Path.of("journals")))
int rc = 70;
