package dev.pavise.runner.kubernetes;

import dev.pavise.runner.run.Grants;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.sandbox.Architecture;
import dev.pavise.runner.sandbox.Content;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Whether a tool is one that a pod can run: nothing of the host's files, no network, and content that has its digest. */
final class ToolCheck {
    private ToolCheck() {}

    /** What was found. */
    sealed interface Checked {
        /** The content is open, for whoever got this to close. An interpreter is empty where none is asked for. */
        record Fit(ToolFile file, String interpreter, Set<Architecture> architectures) implements Checked {
            void close() {
                try {
                    file.close();
                } catch (IOException e) {
                    // It was only read.
                }
            }
        }

        record Unfit(RefusalCode code, String reason) implements Checked {}
    }

    static Checked check(Program program, long contentBytes) {
        ToolFile file;
        try {
            file = ToolFile.open(program.content(), contentBytes);
        } catch (IOException e) {
            return new Checked.Unfit(
                    RefusalCode.CONTENT_UNREADABLE,
                    "the content cannot be read, or is larger than " + contentBytes + " bytes");
        }
        Checked checked = new Checked.Unfit(RefusalCode.SANDBOX_FAILED, "the content could not be looked at");
        try {
            checked = check(program, file);
        } finally {
            if (checked instanceof Checked.Unfit) {
                new Checked.Fit(file, "", Set.of()).close();
            }
        }
        return checked;
    }

    private static Checked check(Program program, ToolFile file) {
        if (!file.sha256().equals(program.sha256())) {
            return new Checked.Unfit(
                    RefusalCode.CONTENT_MISMATCH,
                    "the content has the digest " + file.sha256() + ", not the one asked for");
        }
        Set<Architecture> fitting = EnumSet.noneOf(Architecture.class);
        String interpreter = "";
        String unfit = "";
        for (Architecture architecture : Architecture.values()) {
            switch (file.content(architecture)) {
                case Content.Executable() -> fitting.add(architecture);
                case Content.Script(Path named) -> {
                    fitting.add(architecture);
                    interpreter = named.toString();
                }
                case Content.Unfit(String reason) -> unfit = reason;
            }
        }
        if (fitting.isEmpty()) {
            return new Checked.Unfit(RefusalCode.NOT_EXECUTABLE, unfit);
        }
        String needed = interpreter;
        return refused(program.grants(), needed).orElseGet(() -> new Checked.Fit(file, needed, fitting));
    }

    /** A pod has no files of a host, and no way out that knows names of hosts. The one grant that it can honour is the interpreter, which its image has. */
    private static Optional<Checked> refused(Grants grants, String interpreter) {
        if (!grants.hosts().isEmpty()) {
            return unfit(
                    RefusalCode.GRANT_UNSAFE,
                    "the manifest names hosts, and the backend `kubernetes` has no network to give");
        }
        if (!grants.readWrite().isEmpty()
                || grants.readOnly().stream().anyMatch(path -> !path.toString().equals(interpreter))) {
            return unfit(
                    RefusalCode.GRANT_UNSAFE,
                    "the manifest names files, and a pod has none of a host; only a script's own interpreter can be named");
        }
        if (!interpreter.isEmpty() && grants.readOnly().isEmpty()) {
            return unfit(
                    RefusalCode.INTERPRETER_NOT_GRANTED,
                    "the script asks for `" + interpreter + "`; allow `fs:ro:" + interpreter + "` in the manifest");
        }
        return Optional.empty();
    }

    private static Optional<Checked> unfit(RefusalCode code, String reason) {
        return Optional.of(new Checked.Unfit(code, reason));
    }
}
