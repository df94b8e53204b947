"""What columns are called in other languages: German, French, Spanish, Italian and Dutch.

Spelled as normalised headers (lower snake case, accents off).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["FOREIGN_WORDS"]

FOREIGN_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "customer_id": (
            "kundennummer", "kundennr", "kunden_nr", "kunden_id", "kunde", "numero_client",
            "no_client", "client", "id_client", "cliente", "id_cliente", "numero_cliente",
            "codice_cliente", "klantnummer", "klant_id",
        ),
        "given_name": ("vorname", "prenom", "nombre", "nome", "voornaam"),
        "surname": ("nachname", "familienname", "nom", "nom_de_famille", "apellido", "apellidos",
                    "cognome", "achternaam"),
        "full_name": ("name", "nom_complet", "nombre_completo", "nome_completo", "naam"),
        "email": ("e_mail_adresse", "emailadresse", "mailadresse", "courriel", "adresse_email",
                  "adresse_e_mail", "correo", "correo_electronico", "posta_elettronica",
                  "e_mailadres"),
        "phone": ("telefon", "telefonnummer", "handy", "mobil", "telephone", "numero_de_telephone",
                  "portable", "telefono", "movil", "cellulare", "telefoon", "telefoonnummer"),
        "address": ("strasse", "strae", "adresse", "rue", "direccion", "calle", "indirizzo", "via",
                    "adres", "straat"),
        "city": ("ort", "stadt", "wohnort", "ville", "ciudad", "citta", "comune", "plaats", "stad"),
        "state": ("bundesland", "departement", "provincia", "regione", "provincie"),
        "postal": ("plz", "postleitzahl", "code_postal", "codigo_postal", "cap", "postcode"),
        "country": ("land", "pays", "pais", "paese", "nazione"),
        "birthdate": ("geburtsdatum", "geburtstag", "date_de_naissance", "fecha_de_nacimiento",
                      "data_di_nascita", "geboortedatum"),
        "gender": ("geschlecht", "sexe", "genre", "sexo", "genero", "sesso", "genere", "geslacht"),
        "order_id": ("bestellnummer", "bestellnr", "bestell_nr", "auftragsnummer", "auftragsnr",
                     "belegnummer", "rechnungsnummer", "numero_de_commande", "commande",
                     "no_commande", "id_commande", "pedido", "numero_de_pedido", "id_pedido",
                     "ordine", "numero_ordine", "id_ordine", "bestelnummer", "ordernummer"),
        "order_datetime": ("bestelldatum", "auftragsdatum", "kaufdatum", "datum", "rechnungsdatum",
                           "date_de_commande", "date_commande", "fecha", "fecha_de_pedido",
                           "fecha_pedido", "data", "data_ordine", "besteldatum", "orderdatum"),
        "order_revenue": ("betrag", "umsatz", "summe", "gesamtbetrag", "gesamtsumme", "montant",
                          "montant_total", "total_ttc", "importe", "importe_total", "importo",
                          "totale", "bedrag", "totaalbedrag"),
        "item_revenue": ("betrag", "umsatz", "positionsbetrag", "montant", "importe", "importo",
                         "bedrag"),
        "item_quantity": ("menge", "anzahl", "stueckzahl", "quantite", "cantidad", "quantita",
                          "aantal"),
        "order_quantity": ("menge", "anzahl", "quantite", "cantidad", "quantita", "aantal"),
        "unit_revenue": ("preis", "einzelpreis", "stueckpreis", "prix", "prix_unitaire", "precio",
                         "precio_unitario", "prezzo", "prezzo_unitario", "prijs"),
        "product_id": ("artikelnummer", "artikelnr", "artikel_nr", "artikel", "produktnummer",
                       "reference", "ref_article", "article", "articulo", "producto",
                       "codigo_de_producto", "articolo", "codice_articolo", "prodotto",
                       "productnummer"),
        "product_name": ("produktname", "artikelname", "bezeichnung", "nom_du_produit",
                         "designation", "nombre_del_producto", "nome_prodotto", "productnaam"),
        "product_category": ("kategorie", "warengruppe", "categorie", "categoria"),
        "currency": ("waehrung", "wahrung", "devise", "monnaie", "moneda", "divisa", "valuta"),
        "store_id": ("filiale", "filialnummer", "magasin", "tienda", "negozio", "filiaal",
                     "winkel"),
        "payment_method": ("zahlungsart", "zahlungsmethode", "mode_de_paiement", "forma_de_pago",
                           "metodo_di_pagamento", "betaalmethode"),
        "order_discount_amount": ("rabatt", "remise", "descuento", "sconto", "korting"),
        "order_shipping_amount": ("versandkosten", "versand", "frais_de_port", "gastos_de_envio",
                                  "spese_di_spedizione", "verzendkosten"),
        "order_tax_amount": ("mwst", "steuer", "tva", "iva", "impuesto", "imposta", "btw"),
        "is_return": ("retoure", "ruecksendung", "retour", "devolucion", "reso"),
    }
)  # fmt: skip
