package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/**
 * Where the answer of a gateway is printed, for people or for programs. What it says was perhaps chosen by strangers: what is read for people by
 * {@link #string} and its kin cannot act on the terminal.
 *
 * @param text whether people read it
 */
record Printout(PrintWriter out, PrintWriter err, boolean text) {
    /** Of a command, in the format that was asked for. */
    static Printout of(CommandSpec spec, @Nullable ResultFormat said, Surroundings surroundings) {
        return new Printout(
                spec.commandLine().getOut(), spec.commandLine().getErr(), ResultFormat.forPeople(said, surroundings));
    }

    /** Says why not; the exit code. */
    int refused(AuthAnswer answer) {
        if (!text) {
            out.println(answer.json());
        }
        err.println("pavise: " + answer.why());
        return answer.exitCode();
    }

    /** The answer itself, for programs. */
    int asIs(JsonNode json) {
        out.println(json);
        return ExitCode.DONE;
    }

    int table(Columns table) {
        table.print(out);
        return ExitCode.DONE;
    }

    /** A text or a number; nothing where there is none. */
    static String string(JsonNode json, String name) {
        return Printable.text(json.path(name).asString(""));
    }

    /** To the second, which is enough for people. */
    static String moment(JsonNode json, String name) {
        return string(json, name).replaceFirst("\\.[0-9]+Z$", "Z");
    }

    /** The elements of an array of texts. */
    static List<String> strings(JsonNode texts) {
        List<String> all = new ArrayList<>();
        texts.forEach(each -> all.add(Printable.text(each.asString(""))));
        return all;
    }
}
