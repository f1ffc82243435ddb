package dev.pavise.runner.sandbox;

import dev.pavise.policy.Quoted;
import dev.pavise.runner.run.RunInput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a caller may hand to a program: arguments and variables of bounded size, and no variable by which a loader or an interpreter takes
 * up other code, or TLS trusts others or gives its keys away, for what runs is to be what was signed. Such a list cannot be complete: a tool that does as a variable of its own says
 * is the tool's affair.
 */
public final class InputCheck {
    private static final int MOST_ARGUMENTS = 256;
    private static final int LONGEST = 64 * 1024;
    private static final int MOST_BYTES = 512 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private static final List<String> PREFIXES = List.of(
            "LD_",
            "GLIBC_",
            "MALLOC_",
            "GCONV_",
            "PYTHON",
            "PERL",
            "RUBY",
            "GEM_",
            "NODE_",
            "NPM_",
            "LUA_",
            "BASH_",
            "PHP",
            "JAVA_",
            "JDK_",
            "_JAVA_",
            "DOTNET_",
            "COMPLUS_",
            "CORECLR_",
            "OPENSSL_",
            "SSL",
            "CURL_",
            "REQUESTS_",
            "GIT_");
    private static final Set<String> NAMES = Set.of(
            "PATH",
            "IFS",
            "ENV",
            "SHELLOPTS",
            "BASHOPTS",
            "PS4",
            "PROMPT_COMMAND",
            "CLASSPATH",
            "LOCPATH",
            "NLSPATH",
            "PWD",
            "HOSTALIASES",
            "RES_OPTIONS");

    private InputCheck() {}

    /** Why the input is refused, if it is. Values are never quoted: they may be secrets. */
    public static Optional<String> check(RunInput input) {
        if (!input.timeout().isPositive()) {
            return Optional.of("the timeout is not positive");
        }
        if (input.args().size() > MOST_ARGUMENTS || input.env().size() > MOST_ARGUMENTS) {
            return Optional.of("more than " + MOST_ARGUMENTS + " arguments or variables");
        }
        long bytes = 0;
        for (String arg : input.args()) {
            if (isUnfit(arg)) {
                return Optional.of(
                        "an argument holds a zero byte, is no valid text or is longer than " + LONGEST + " bytes");
            }
            bytes += arg.getBytes(StandardCharsets.UTF_8).length;
        }
        for (Map.Entry<String, String> variable : input.env().entrySet()) {
            Optional<String> refused = variable(variable.getKey(), variable.getValue());
            if (refused.isPresent()) {
                return refused;
            }
            bytes += variable.getKey().length() + variable.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes > MOST_BYTES
                ? Optional.of("arguments and variables are more than " + MOST_BYTES + " bytes together")
                : Optional.empty();
    }

    private static Optional<String> variable(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            return Optional.of(
                    "`" + Quoted.of(name) + "` is no name of a variable: letters, digits and '_', at most 128");
        }
        if (NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith)) {
            return Optional.of("the variable `" + name
                    + "` would make a program take up other code or other trust; a caller cannot set it");
        }
        return isUnfit(value)
                ? Optional.of("the variable `" + name + "` holds a zero byte, is no valid text or is longer than "
                        + LONGEST + " bytes")
                : Optional.empty();
    }

    private static boolean isUnfit(String text) {
        return text.indexOf('\0') >= 0
                || text.length() > LONGEST
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)
                || text.getBytes(StandardCharsets.UTF_8).length > LONGEST;
    }
}
