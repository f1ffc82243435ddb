package dev.pavise.proxy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code pavise audit}: finds, writes out and checks audit records. Works on the files, unless a running gateway is named. */
@Command(name = "audit", description = "Finds, exports and verifies audit records.")
final class AuditCommands extends CommandGroup {
    private AuditCommands() {}

    /** The group with its commands in it. */
    static CommandLine line(Surroundings surroundings) {
        return new CommandLine(new AuditCommands())
                .addSubcommand(new AuditQueryCommand(surroundings))
                .addSubcommand(new AuditTail(surroundings))
                .addSubcommand(new AuditStatsCommand(surroundings))
                .addSubcommand(new AuditVerify(surroundings))
                .addSubcommand(new AuditProve(surroundings))
                .addSubcommand(new AuditVerifyProof(surroundings))
                .addSubcommand(new AuditRotateKey(surroundings))
                .addSubcommand(new AuditRetain(surroundings))
                .addSubcommand(new AuditExportCommand(surroundings));
    }
}
