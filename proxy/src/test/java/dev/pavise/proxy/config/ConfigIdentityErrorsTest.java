package dev.pavise.proxy.config;

import static dev.pavise.proxy.config.WrongConfig.issuer;
import static dev.pavise.proxy.config.WrongConfig.of;
import static dev.pavise.proxy.config.WrongConfig.remote;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused of identities, roles and bindings, where, and in which words. */
final class ConfigIdentityErrorsTest {
    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = WrongConfig.folder(temporary);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                // Identity
                of(
                        "identity: {operator_token: short}",
                        "1:28 identity.operator_token: expected a secret of at least 16 bytes (it is shorter)"),
                issuer("{}", "identity.issuers[0]: `name` is missing"),
                issuer("{name: a}", "identity.issuers[0]: needs one of `jwks_url`, `discovery: true`, `jwks_file`,"),
                issuer(
                        "{name: a, secret: 'only thirty-one bytes long, so.'}",
                        "secret: expected a secret of at least 32 bytes"),
                issuer("{name: 'a:b', secret: '0123456789abcdef0123456789abcdef'}", "name: found `a:b`"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef', algorithms: [RS256]}",
                        "with a `secret` the algorithm is HS256 alone"),
                issuer(
                        "{name: a, issuer: i, audience: x, algorithms: [HS256], public_key: a.pem}",
                        "HS256 needs a `secret`"),
                issuer(
                        "{name: a, issuer: i, audience: x, algorithms: [none], public_key: a.pem}",
                        "expected one of: RS256,"),
                issuer("{name: a, issuer: i, audience: x, algorithms: [], public_key: a.pem}", "is an empty list"),
                issuer(
                        "{name: a, issuer: i, audience: [], algorithms: [ES256], public_key: a.pem}",
                        "audience: is an empty list"),
                issuer("{name: a, issuer: i, audience: x, public_key: a.pem}", "`algorithms` is missing"),
                issuer("{name: a, issuer: i, algorithms: [ES256], public_key: a.pem}", "`audience` is missing"),
                issuer("{name: a, audience: x, algorithms: [ES256], public_key: a.pem}", "`issuer` is missing"),
                issuer(
                        "{name: a, issuer: i, audience: x, algorithms: [ES256], public_key: a.pem, jwks_file: a.pem}",
                        "has more than one of"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef', jwks_url: 'https://x'}",
                        "has more than one of"),
                remote("jwks_url: 'https://x', discovery: true", "has more than one of"),
                remote("jwks_url: 'http://x'", "jwks_url: found `http://x`; expected an https URL"),
                remote("jwks_url: 'https://'", "jwks_url: found `https://`"),
                remote("jwks_url: 'https://a:b@x/'", "credentials do not belong in a URL"),
                remote("jwks_url: 'https://x/#a'", "it is not an https URL without a fragment"),
                remote("jwks_url: 'https://x:0/'", "a port lies between 1 and 65535"),
                remote("jwks_url: 'https://x/a b'", "its path or query is malformed"),
                remote("jwks_url: 'https://a_b/'", "its host is no host of a URL"),
                remote("jwks_url: 'https://x', jwks_hosts: [y]", "jwks_hosts: means nothing without `discovery: true`"),
                remote("jwks_url: 'https://x', refresh: 0s", "refresh: found `0s`"),
                remote("jwks_url: 'https://x', refresh: 2h, keep: 1h", "keep: `keep` is shorter than `refresh`"),
                remote("jwks_url: 'https://x', ca: missing.pem", "ca: found `missing.pem`"),
                remote("discovery: true", "issuer: with `discovery` this is an https URL without a query"),
                remote("discovery: true, jwks_hosts: []", "with `discovery` this is an https URL", "is an empty list"),
                remote("discovery: perhaps", "discovery: found `perhaps`"),
                remote("public_key: a.pem, keep: 1h", "keep: means nothing without `jwks_url` or `discovery: true`"),
                remote("public_key: a.pem, ca: a.pem", "ca: means nothing without"),
                remote("discovery: false", "needs one of `jwks_url`"),
                of("identity: {resource: 'http://x'}", "resource: found `http://x`; expected an https origin"),
                of("identity: {resource: 'https://x/path'}", "resource: found `https://x/path`"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef', leeway: 6m}",
                        "leeway: found `6m`; expected a duration from 0s to 5m"),
                issuer(
                        "{name: a, secret: '0123456789abcdef0123456789abcdef'}, {name: a, secret: '0123456789abcdef0123456789abcdef'}",
                        "identity.issuers[1]: another issuer is called `a` already"),
                // Roles and bindings
                of(
                        "roles: [{name: a, permissions: []}, {name: a, permissions: []}]",
                        "1:37 roles[1]: role `a` is there twice"),
                of("roles: {admin: {permissions: ['agent:list']}}", "role `admin` is built in and allows everything"),
                of("roles: {a: {}}", "roles.a: `permissions` is missing"),
                of("roles: {a: {permissions: ['x y']}}", "roles.a.permissions[0]: found `x y`"),
                of(
                        "roles: []\nroles_file: a.pem",
                        "2:13 roles_file: stands beside `roles`",
                        "found `there`; expected a mapping with: roles, bindings"),
                of("bindings: [{principal: a, roles: [b]}]", "1:12 bindings[0]: names a role that is not defined, `b`"),
                of(
                        "roles: {viewer: {permissions: []}}\nbindings: [{principal: a, roles: [veiwer]}]",
                        "did you mean `viewer`?"),
                of("bindings: [{roles: [admin]}]", "1:12 bindings[0]: needs one of `principal` and `group`"),
                of("bindings: [{principal: a, group: b, roles: [admin]}]", "needs one of `principal` and `group`"),
                of("bindings: [{principal: a, roles: []}]", "bindings[0].roles: is an empty list; name at least one"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refuses(String yaml, List<String> expected) {
        WrongConfig.assertRefused(folder, yaml, expected);
    }
}
