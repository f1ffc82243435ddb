package dev.pavise.proxy.cli;

import dev.pavise.policy.Permission;
import dev.pavise.policy.identity.UnsignedClaims;
import dev.pavise.proxy.explain.DescribedIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that describe who sends a request: exactly one of principal, claims and token. */
final class IdentityOptions {
    private static final int LARGEST_TOKEN = 64 * 1024;

    @Option(names = "--principal", paramLabel = "WHO", description = "operator, none, cert:<name> or key:<name>.")
    private @Nullable String principal;

    @Option(
            names = "--permissions",
            paramLabel = "P",
            split = ",",
            description = "Those that the key was made with, which no configuration holds.")
    private List<String> permissions = new ArrayList<>();

    @Option(
            names = "--claims",
            paramLabel = "JSON",
            description = "The claims of a token; nothing is signed or proven.")
    private @Nullable String claims;

    @Option(
            names = "--issuer",
            paramLabel = "NAME",
            description = "Whose token it is, where there are several issuers.")
    private @Nullable String issuer;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A real token, checked with the keys of the configuration that are in files.")
    private @Nullable Path token;

    @Option(
            names = "--certificate",
            paramLabel = "NAME",
            description = "In a client certificate beside the credential.")
    private @Nullable String certificate;

    /** @throws IllegalArgumentException where the options mean nothing */
    DescribedIdentity described(Surroundings surroundings) {
        int given = (principal == null ? 0 : 1) + (claims == null ? 0 : 1) + (token == null ? 0 : 1);
        if (given != 1) {
            throw new IllegalArgumentException("say who sends it: one of --principal, --claims and --token-file");
        }
        if (issuer != null && claims == null) {
            throw new IllegalArgumentException("--issuer goes with --claims");
        }
        if (principal == null && !permissions.isEmpty()) {
            throw new IllegalArgumentException("--permissions goes with --principal key:<name>");
        }
        if (principal != null) {
            return DescribedIdentity.parse(principal, permissions(permissions));
        }
        return claims != null
                ? new DescribedIdentity.Claims(issuer == null ? "" : issuer, UnsignedClaims.parse(claims))
                : token(surroundings.resolve(Objects.requireNonNull(token)));
    }

    private static DescribedIdentity token(Path file) {
        try {
            if (Files.size(file) > LARGEST_TOKEN) {
                throw new IllegalArgumentException("`" + file + "` is too large for a token");
            }
            return new DescribedIdentity.Token(Files.readString(file).strip());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(WhatFailed.text(unreadable), unreadable);
        }
    }

    String certificate() {
        return certificate == null ? "" : certificate;
    }

    static Set<Permission> permissions(List<String> texts) {
        Set<Permission> permissions = new HashSet<>();
        texts.forEach(text -> permissions.add(Permission.parse(text.strip())));
        return permissions;
    }
}
