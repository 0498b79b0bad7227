// SPDX-License-Identifier: Apache-2.0
package org.porto.system.command.internal;

import java.security.Principal;
import java.util.Set;
import java.util.TreeSet;
import javax.security.auth.Subject;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventHandler;
import org.porto.audit.api.AuditTrail;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts every console command on the audit trail once it has ended (rule A1). Karaf publishes the line, its end and, through the
 * event service, the subject that ran it.
 */
@Component(
        name = "org.porto.system.command.recorder",
        service = EventHandler.class,
        property = "event.topics=org/apache/karaf/shell/console/EXECUTED")
public final class CommandRecorder implements EventHandler {

    private static final Logger LOG = LoggerFactory.getLogger(CommandRecorder.class);
    private static final String SYSTEM = "system";
    private static final int CAUSES_MAX = 16;

    private final AuditTrail trail;
    private final InitScripts scripts;

    @Activate
    public CommandRecorder(BundleContext context, @Reference AuditTrail trail) {
        this(trail, InitScripts.of(context.getProperty("karaf.etc"), context.getProperty("karaf.shell.init.script")));
    }

    CommandRecorder(AuditTrail trail, InitScripts scripts) {
        this.trail = trail;
        this.scripts = scripts;
    }

    @Override
    public void handleEvent(Event event) {
        if (!(event.getProperty("command") instanceof CharSequence text) || text.toString().isBlank() || scripts.has(text)) {
            return;
        }
        Object script = event.getProperty("script");
        CommandLine line = CommandLine.of(text.toString());
        if (script != null) {
            line = new CommandLine("shell:source", script + " " + line.act() + " " + line.arguments());
        }
        try {
            trail.record(
                    principal(event.getProperty("subject")),
                    line.act(),
                    line.arguments(),
                    outcome(event.getProperty("exception")));
        } catch (RefusedException e) {
            // The command has ended: all that is left is to say so where the operator looks.
            LOG.error("{} command {} is not on the audit trail", e.code(), line.act(), e);
        }
    }

    private static String principal(Object subject) {
        if (!(subject instanceof Subject who)) {
            return SYSTEM;
        }
        Set<String> names = new TreeSet<>();
        for (Principal principal : who.getPrincipals(UserPrincipal.class)) {
            names.add(principal.getName());
        }
        return names.isEmpty() ? SYSTEM : String.join(",", names);
    }

    /** The first code down the chain of causes; for any other failure only its kind, since messages can quote arguments. */
    private static String outcome(Object exception) {
        if (!(exception instanceof Throwable thrown)) {
            return "done";
        }
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof UncertainException) {
                return "uncertain";
            }
            if (cause instanceof PortoException known) {
                return known.code();
            }
            cause = cause.getCause();
        }
        return "failed: " + thrown.getClass().getSimpleName();
    }
}
