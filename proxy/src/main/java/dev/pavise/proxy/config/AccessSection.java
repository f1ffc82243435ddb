package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.ConfigText;
import dev.pavise.policy.config.Cursor;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Nearest;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.config.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code roles} in both of its forms, {@code bindings}, and the file that {@code roles_file} names. */
final class AccessSection {

    /** The role that is always there. */
    static final String ADMIN = "admin";

    private static final Shape<String> ROLE_NAME = Scalars.matching(
            "the name of a role: letters, digits, `.`, `_`, `-`, `/` and `:`", "[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}");
    private static final Shape<String> PERMISSION =
            Scalars.matching("a permission such as agent:list, agent:* or *", "[^\\s\\x00-\\x1f\\x7f]{1,256}");

    private static final Key<String> NAME = Key.required("name", ROLE_NAME, "what the role is called");
    private static final Key<List<String>> PERMISSIONS =
            Key.required("permissions", Shapes.list(PERMISSION), "what the role allows, each resource:action");
    private static final Section<AccessConfig.Role> LISTED = Section.of(
            List.of(NAME, PERMISSIONS),
            role -> new AccessConfig.Role(role.get(NAME), role.get(PERMISSIONS), role.place()));
    private static final Section<AccessConfig.Role> KEYED = Section.of(
            List.of(PERMISSIONS), role -> new AccessConfig.Role("unnamed", role.get(PERMISSIONS), role.place()));

    static final Key<List<AccessConfig.Role>> ROLES = Key.optional(
            "roles",
            Shapes.either(
                    node -> node instanceof YamlNode.Mapping,
                    Shapes.map(Shapes.named(ROLE_NAME, KEYED), AccessSection::withNames),
                    Shapes.list(LISTED)),
            "named lists of permissions: [{name, permissions}] or {name: {permissions}}");

    private static final Key<String> PRINCIPAL = Key.optional(
            "principal", Scalars.text("a principal"), "such as operator, jwt:corp:alice, cert:ci or alice");
    private static final Key<String> GROUP = Key.optional("group", Scalars.text("a group"), "a group that tokens name");
    private static final Key<List<String>> BOUND_ROLES =
            Key.required("roles", Shapes.someOf(ROLE_NAME, "name at least one"), "the roles it has");
    static final Key<List<AccessConfig.Binding>> BINDINGS = Key.withDefault(
            "bindings",
            Shapes.list(Section.of(List.of(PRINCIPAL, GROUP, BOUND_ROLES), AccessSection::binding)),
            "[]",
            "who has which roles");
    static final Key<Path> ROLES_FILE = Key.optional(
            "roles_file",
            Scalars.file("a YAML file"),
            "a file with `roles` and, if wished, `bindings`, instead of `roles`");

    private static final Section<AccessConfig> FILE = Section.of(List.of(ROLES, BINDINGS), bound -> {
        if (!bound.mentions(ROLES)) bound.error("`roles` is missing");
        List<AccessConfig.Role> roles = bound.find(ROLES);
        return new AccessConfig(null, roles == null ? List.of() : roles, bound.get(BINDINGS));
    });

    private AccessSection() {}

    /** Puts together what the main file and the roles file say. */
    static AccessConfig make(Bound root) {
        Reading reading = root.reading();
        Path file = root.find(ROLES_FILE);
        if (root.mentions(ROLES_FILE) && root.mentions(ROLES)) {
            root.error(ROLES_FILE, "stands beside `roles`; keep one of the two");
        }
        List<AccessConfig.Role> roles = new ArrayList<>();
        List<AccessConfig.Binding> bindings = new ArrayList<>(root.get(BINDINGS));
        List<AccessConfig.Role> here = root.find(ROLES);
        if (here != null) roles.addAll(here);
        int before = reading.errorCount();
        AccessConfig there = file == null ? null : ConfigText.read(file, FILE, "`roles`", reading.in(file));
        boolean whole = reading.errorCount() == before && (file != null || !root.mentions(ROLES_FILE));
        if (there != null) {
            roles.addAll(there.roles());
            bindings.addAll(there.bindings());
        }
        checkNames(roles, reading);
        if (whole) checkBindings(roleNames(roles, root), bindings, reading);
        return new AccessConfig(file, roles, bindings);
    }

    private static void checkNames(List<AccessConfig.Role> roles, Reading reading) {
        Set<String> names = new HashSet<>();
        for (AccessConfig.Role role : roles) {
            if (!names.add(role.name())) reading.error(role.place(), "role `" + role.name() + "` is there twice");
            if (role.name().equals(ADMIN) && !role.permissions().equals(List.of("*"))) {
                reading.error(
                        role.place(), "role `admin` is built in and allows everything (`*`); choose another name");
            }
        }
    }

    /** Also those that are wrong: a binding to one of them is not wrong too. */
    private static Set<String> roleNames(List<AccessConfig.Role> roles, Bound root) {
        Set<String> names = new HashSet<>(Set.of(ADMIN));
        for (AccessConfig.Role role : roles) names.add(role.name());
        Cursor cursor = root.cursor(ROLES);
        if (cursor == null) return names;
        names.addAll(cursor.names());
        if (!(cursor.node() instanceof YamlNode.Sequence list)) return names;
        for (YamlNode item : list.items()) {
            if (!(item instanceof YamlNode.Mapping mapping)) continue;
            for (YamlNode.Entry entry : mapping.entries()) {
                boolean isName =
                        entry.key() instanceof YamlNode.Scalar key && key.text().equals(NAME.name());
                if (isName && entry.value() instanceof YamlNode.Scalar name) names.add(name.text());
            }
        }
        return names;
    }

    private static void checkBindings(Set<String> names, List<AccessConfig.Binding> bindings, Reading reading) {
        for (AccessConfig.Binding binding : bindings) {
            for (String role : binding.roles()) {
                if (names.contains(role)) continue;
                String nearest = Nearest.to(role, names)
                        .map(near -> "; did you mean `" + near + "`?")
                        .orElse("");
                reading.error(binding.place(), "names a role that is not defined, `" + role + "`" + nearest);
            }
        }
    }

    private static AccessConfig.@Nullable Binding binding(Bound binding) {
        if (binding.mentions(PRINCIPAL) == binding.mentions(GROUP)) {
            binding.error("needs one of `principal` and `group`");
            return null;
        }
        String principal = binding.find(PRINCIPAL);
        String group = binding.find(GROUP);
        if (principal == null && group == null) return null;
        return new AccessConfig.Binding(principal, group, binding.get(BOUND_ROLES), binding.place());
    }

    private static List<AccessConfig.Role> withNames(Map<String, AccessConfig.Role> roles) {
        List<AccessConfig.Role> named = new ArrayList<>();
        new LinkedHashMap<>(roles)
                .forEach((name, role) -> named.add(new AccessConfig.Role(name, role.permissions(), role.place())));
        return named;
    }
}
