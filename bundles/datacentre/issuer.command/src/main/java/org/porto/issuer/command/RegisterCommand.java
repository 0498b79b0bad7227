// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.porto.console.api.Listing;
import org.porto.crypto.api.CertificateRole;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.IssuerCode;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;

@Service
@Command(scope = "issuer", name = "register", description = "Registers a device and shows its one-time enrolment code")
public final class RegisterCommand implements Action {

    @Argument(index = 0, name = "device", required = true, description = "serial number, 8 of A-Z 0-9")
    private String device;

    @Argument(index = 1, name = "role", required = true, description = "METER or MERCHANT")
    @Completion(value = StringsCompleter.class, values = {"METER", "MERCHANT"})
    private String role;

    @Argument(index = 2, name = "customer", required = true, description = "customer that it belongs to")
    @Completion(CustomerCompleter.class)
    private String customer;

    @Option(name = "--iban", description = "account that a merchant is paid to")
    private String iban = "";

    @Option(name = "--json", description = "print JSON")
    private boolean json;

    @Reference
    private Issuer issuer;

    @Override
    public Object execute() throws PortoException {
        DeviceId id = DeviceId.parse(device);
        CertificateRole as = role();
        CustomerId owner = CustomerId.parse(customer);
        String code = issuer.register(id, as, owner, iban.replace(" ", "").toUpperCase(Locale.ROOT));
        new Listing("device", "role", "customer", "code")
                .row(id.value(), as.name(), owner.value(), code)
                .printOne(System.out, json);
        return null;
    }

    private CertificateRole role() throws RefusedException {
        return switch (role.toUpperCase(Locale.ROOT)) {
            case "METER" -> CertificateRole.METER;
            case "MERCHANT" -> CertificateRole.MERCHANT;
            default -> throw new RefusedException(IssuerCode.FIELD_WRONG, "role is METER or MERCHANT");
        };
    }
}
