// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(id = "org.porto.bank.iso20022", name = "Bank files (ISO 20022)")
@interface BankConfig {

    @AttributeDefinition(description = "absolute path of the folder for outgoing files")
    String directory();

    @AttributeDefinition(name = "debtor.name", description = "name of the paying account's owner")
    String debtor_name();

    @AttributeDefinition(name = "debtor.iban", description = "the account that pays and that deposits arrive on")
    String debtor_iban();

    @AttributeDefinition(description = "ISO 4217 code")
    String currency();
}
