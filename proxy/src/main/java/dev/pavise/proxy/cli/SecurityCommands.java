package dev.pavise.proxy.cli;

import dev.pavise.proxy.pki.CertificateUse;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pavise security}: a certificate authority of one's own, and the life of the certificates that it makes. */
@Command(
        name = "security",
        description = "Makes, renews and revokes certificates, and tells how long they are good.",
        footer = {"", "The authority lies in the folder --ca-dir. Whoever can read ca.key there can be anybody."})
final class SecurityCommands extends CommandGroup {
    private SecurityCommands() {}

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new SecurityCommands())
                .addSubcommand(new SecurityInitCa(surroundings))
                .addSubcommand(SecurityGenerate.line(surroundings, CertificateUse.CLIENT))
                .addSubcommand(SecurityGenerate.line(surroundings, CertificateUse.NODE))
                .addSubcommand(SecurityGenerate.line(surroundings, CertificateUse.SERVER))
                .addSubcommand(new SecuritySignCsr(surroundings))
                .addSubcommand(new SecurityRenew(surroundings))
                .addSubcommand(new SecurityRevoke(surroundings))
                .addSubcommand(new SecurityList(surroundings))
                .addSubcommand(new SecurityStatus(surroundings));
    }
}
