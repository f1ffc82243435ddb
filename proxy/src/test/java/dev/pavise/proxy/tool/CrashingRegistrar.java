package dev.pavise.proxy.tool;

import dev.pavise.policy.tool.SemanticVersion;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A process that registers and removes versions until it is killed, and says of each change when it was acknowledged. */
public final class CrashingRegistrar {
    private CrashingRegistrar() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true);
        Toolbox box = Toolbox.open(Path.of(arguments[0]));
        String tool = "tool" + arguments[1];
        for (int minor = 0; ; minor++) {
            String version = "1." + minor + ".0";
            if (!(box.register(Signed.trusted(tool, version), "operator", Instant.now()) instanceof ToolChange.Done)) {
                throw new IllegalStateException("not registered");
            }
            out.println("registered " + tool + " " + version + ".");
            if (minor % 3 != 0) {
                out.println("removing " + tool + " " + version + ".");
                box.remove(tool, Optional.of(SemanticVersion.parse(version)));
                out.println("removed " + tool + " " + version + ".");
            }
            if (minor % 60 == 59) {
                tool += "x"; // a tool has a bound of versions
                minor = -1;
            }
        }
    }
}
