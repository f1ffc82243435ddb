package dev.pavise.proxy.cli;

import dev.pavise.auditlog.export.AuditExport;
import dev.pavise.auditlog.export.AuditExport.Exported;
import dev.pavise.auditlog.export.Encoder;
import dev.pavise.auditlog.export.ExportFile;
import dev.pavise.auditlog.export.ExportState;
import dev.pavise.auditlog.export.Format;
import dev.pavise.auditlog.export.Origin;
import dev.pavise.auditlog.query.AuditQuery;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pavise audit export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes all records that match, oldest first.",
        footer = {
            "",
            "What is missing between the first and the last record, and lines that are no records, are named on standard"
                    + " error, and the exit code is 1. Whether records were changed only `audit verify` can tell."
        })
final class AuditExportCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AuditSource source = new AuditSource();

    @Mixin
    private AuditConditions conditions = new AuditConditions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "json",
            description = "json: the stored lines (default); ocsf: events of OCSF 1.8.0; cef: ArcSight's CEF:0.")
    private Format format = Format.JSON;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to (default: standard output). A file is there once it is whole.")
    private @Nullable Path output;

    @Option(
            names = "--resume",
            description =
                    "Keeps what was written when it is stopped, in FILE.part and FILE.state, and goes on from there"
                            + " when called again; the file is in the end what one run would have given.")
    private boolean resume;

    AuditExportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Path file = output == null || output.toString().equals("-") ? null : surroundings.resolve(output);
        if (resume && file == null) {
            throw CommandFailure.misuse("--resume goes with --output FILE");
        }
        AuditQuery.Builder query = conditions.query(surroundings);
        if (source.isServer(surroundings)) {
            return fromServer(query, file);
        }
        Path trail = source.files().find(surroundings).trail();
        AuditExport export = AuditExport.of(trail);
        Encoder encoder = format.encoder(Origin.of(trail));
        Progress progress = new Progress(err(), export.size());
        return told(
                resume && file != null
                        ? goOn(export, query, encoder, trail, file, progress)
                        : write(export, query.build(), encoder, file, progress));
    }

    /** The stored lines as a gateway gives them out; what else there is to an export is worked out from the files. */
    private int fromServer(AuditQuery.Builder query, @Nullable Path file) throws IOException {
        if (format != Format.JSON || resume) {
            throw CommandFailure.misuse("over a server only --format json is written, and from the beginning; for the"
                    + " rest name the files by --dir, --data-dir or --config");
        }
        ServerExport export = new ServerExport(source.open(surroundings), surroundings.clock());
        Progress progress = new Progress(err(), Progress.UNKNOWN);
        if (file == null) {
            export.write(query, System.out, progress);
        } else {
            WholeFile.write(file, stream -> export.write(query, stream, progress));
        }
        progress.end();
        return ExitCode.DONE;
    }

    private static Exported write(
            AuditExport export, AuditQuery query, Encoder encoder, @Nullable Path file, Progress progress)
            throws IOException {
        if (file == null) {
            return writeTo(System.out, export, query, encoder, progress);
        }
        Exported[] exported = new Exported[1];
        WholeFile.write(file, stream -> exported[0] = writeTo(stream, export, query, encoder, progress));
        return exported[0];
    }

    private static Exported writeTo(
            OutputStream target, AuditExport export, AuditQuery query, Encoder encoder, Progress progress)
            throws IOException {
        OutputStream buffered = new BufferedOutputStream(target, 1 << 16);
        Exported exported = export.write(query, encoder, buffered, progress);
        buffered.flush();
        progress.end();
        return exported;
    }

    private Exported goOn(
            AuditExport export, AuditQuery.Builder query, Encoder encoder, Path trail, Path file, Progress progress)
            throws IOException {
        String what = format.word() + " " + conditions.asGiven() + " of " + trail.toRealPath();
        ExportState fresh = ExportState.fresh(what, conditions.from(surroundings), export.size());
        try (ExportFile part = ExportFile.open(file, fresh)) {
            if (part.resumed()) {
                err().println("going on behind " + part.lines() + " records");
            }
            Exported exported = export.write(query.from(part.begun().from()).build(), encoder, part, progress);
            part.finish();
            progress.end();
            return exported;
        }
    }

    private int told(Exported exported) {
        exported.flaws().texts().forEach(flaw -> err().println("pavise: " + flaw));
        long more = exported.flaws().count() - exported.flaws().texts().size();
        if (more > 0) {
            err().println("pavise: and " + more + " more");
        }
        return exported.flaws().count() == 0 ? ExitCode.DONE : ExitCode.WANTING;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
