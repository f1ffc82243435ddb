package dev.pavise.runner.run;

import dev.pavise.policy.tool.ResourceGrant;
import dev.pavise.policy.tool.VerifiedTool;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is to run: a verified tool in the terms of backends. There is no other way to one, so that a backend cannot be asked to run
 * what no trusted key has signed for, nor with a grant that is not in the signed manifest.
 */
public final class Program {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final String name;
    private final Path content;
    private final String sha256;
    private final Grants grants;

    // Not private only for tests, which try grants that no manifest can hold.
    Program(String name, Path content, String sha256, Grants grants) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a program's name is letters, digits, '.', '_' and '-', at most 128");
        }
        if (!DIGEST.matcher(sha256).matches()) {
            throw new IllegalArgumentException("a SHA-256 digest is 64 lower-case hexadecimal digits");
        }
        this.name = name;
        this.content = content;
        this.sha256 = sha256;
        this.grants = grants;
    }

    /**
     * A tool that was verified, with all that its manifest was granted and nothing beside.
     *
     * @param content a file with its content; it is not trusted to stay what was measured
     */
    public static Program of(VerifiedTool tool, Path content) {
        Set<Path> readOnly = new HashSet<>();
        Set<Path> readWrite = new HashSet<>();
        for (ResourceGrant.Files files : tool.files()) {
            (files.writable() ? readWrite : readOnly).add(Path.of(files.path()));
        }
        List<String> hosts = tool.endpoints().stream()
                .map(each -> each.host() + ":" + each.port())
                .toList();
        return new Program(tool.toolId(), content, tool.sha256(), new Grants(readOnly, readWrite, hosts));
    }

    /** What it is known by. */
    public String name() {
        return name;
    }

    /** A file that holds the content; it is not trusted to stay as it is. */
    public Path content() {
        return content;
    }

    /** The digest that the content has to have, 64 lower-case hexadecimal digits. */
    public String sha256() {
        return sha256;
    }

    /** What it may reach. */
    public Grants grants() {
        return grants;
    }

    @Override
    public String toString() {
        return "program `" + name + "` " + sha256;
    }
}
