"""The words that mail programs and writers of many languages put around quoted mail and at the end of a letter.

One line a language where it matters who adds one; all in lower case, compared after folding case.
"""

from __future__ import annotations

WROTE = frozenset(
    {
        "wrote", "writes",
        "schrieb", "geschrieben",
        "a écrit", "écrit",
        "escribió", "escribio", "va escriure", "ha escrit", "idatzi du",
        "ha scritto", "scrive",
        "escreveu",
        "schreef", "het volgende geschreven",
        "napisał", "napisała", "napisał(a)", "pisze",
        "skrev", "skrifaði",
        "kirjoitti", "kirjutas",
        "napsal", "napsala", "napsal(a)", "napísal", "napísala", "napísal(a)",
        "a scris",
        "yazdı",
        "ezt írta", "írta",
        "написал", "написала", "написал(а)", "пишет", "написа", "написао",
        "пише", "написав", "написав(-ла)", "напише",
        "je napisao", "je napisala", "napisao", "napisala",
        "rašė", "rakstīja",
        "έγραψε",
        "כתב", "כתבה", "מאת",
        "كتب", "كتبت", "نوشت",
        "写道", "寫道", "的邮件", "書きました", "のメール", "님이 작성", "작성",
        "đã viết", "เขียนว่า", "เขียน", "menulis",
    }
)  # fmt: skip

FORWARDED = (
    "forwarded message", "forwarded by", "begin forwarded",
    "weitergeleitete nachricht", "weitergeleiteten nachricht", "weitergeleiteten e-mail", "weitergeleitet",
    "message transféré", "message réexpédié", "message transmis",
    "mensaje reenviado", "missatge reenviat",
    "messaggio inoltrato",
    "mensagem encaminhada", "mensagem reencaminhada",
    "doorgestuurd bericht",
    "przekazana wiadomość", "wiadomość przekazana", "przesłana wiadomość",
    "vidarebefordrat", "videresendt", "videresend", "edelleenlähetetty", "välitetty viesti",
    "přeposlaná zpráva", "preposlaná správa", "mesaj redirecționat", "mesaj transmis",
    "iletilen mesaj", "yönlendirilmiş ileti", "yönlendirilen", "továbbított",
    "пересылаемое сообщение", "пересланное сообщение", "переслане повідомлення", "препратено",
    "προωθημένο", "הודעה שהועברה", "رسالة محولة", "رسالة مُعاد توجيهها",
    "转发的邮件", "转发邮件", "轉寄的郵件", "轉寄郵件", "已转发", "転送されたメッセージ", "転送メッセージ", "転送",
    "전달된 메시지", "전달된 메일", "thư đã chuyển tiếp", "tin nhắn được chuyển tiếp", "ข้อความที่ส่งต่อ",
    "pesan terusan", "pesan yang diteruskan",
)  # fmt: skip

ORIGINAL = (
    "original message", "original e-mail", "original email", "original appointment",
    "ursprüngliche nachricht", "originalnachricht", "original-nachricht",
    "message d'origine", "message d’origine", "message original",
    "mensaje original", "missatge original",
    "messaggio originale", "mensagem original",
    "oorspronkelijk bericht", "origineel bericht",
    "oryginalna wiadomość", "wiadomość oryginalna", "wiadomość pierwotna",
    "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "oprindelig besked",
    "opprinnelig melding", "alkuperäinen viesti",
    "původní zpráva", "pôvodná správa", "mesaj original", "mesajul original",
    "özgün ileti", "orijinal mesaj", "eredeti üzenet",
    "исходное сообщение", "оригинальное сообщение", "вихідне повідомлення", "оригінальне повідомлення",
    "оригинално съобщение", "originalna poruka", "izvirno sporočilo", "αρχικό μήνυμα", "הודעה מקורית",
    "الرسالة الأصلية", "رسالة أصلية", "پیام اصلی",
    "邮件原件", "原始邮件", "原邮件", "原始郵件", "元のメッセージ", "元のメール", "원본 메시지", "원본 메일",
    "thư gốc", "tin nhắn gốc", "ข้อความต้นฉบับ", "pesan asli",
)  # fmt: skip

FROM = frozenset(
    {
        "from", "von", "de", "expéditeur", "remitente", "da", "mittente", "remetente", "van", "afzender", "od",
        "nadawca", "från", "avsändare", "fra", "afsender", "avsender", "lähettäjä", "odesílatel", "odosielateľ",
        "de la", "expeditor", "kimden", "gönderen", "feladó", "от", "от кого", "отправитель", "від", "від кого",
        "pošiljatelj", "šalje", "nuo", "no", "saatja", "από", "מאת", "من", "از", "差出人", "送信者", "发件人",
        "寄件者", "寄件人", "發件人", "보낸 사람", "보낸사람", "발신", "từ", "người gửi", "จาก", "dari", "pengirim",
    }
)  # fmt: skip
SENT = frozenset(
    {
        "sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "date d'envoi", "enviado", "enviado el",
        "enviada em", "enviada", "fecha", "inviato", "data", "verzonden", "wysłano", "wysłane", "skickat", "sendt",
        "dato", "lähetetty", "päivämäärä", "päiväys", "pvm", "odesláno", "odoslané", "trimis", "gönderildi",
        "gönderme tarihi", "tarih", "elküldve", "küldve", "dátum", "отправлено", "дата", "надіслано", "изпратено",
        "poslano", "išsiųsta", "saadetud", "ημερομηνία", "נשלח", "תאריך", "التاريخ", "تم الإرسال", "تاریخ",
        "送信日時", "日時", "日付", "发送时间", "发送日期", "时间", "日期", "寄件日期", "傳送時間", "보낸 날짜",
        "보낸날짜", "날짜", "đã gửi", "ngày", "ส่ง", "วันที่", "dikirim", "tanggal",
    }
)  # fmt: skip
TO = frozenset(
    {
        "to", "an", "à", "a", "pour", "para", "aan", "do", "till", "til", "vastaanottaja", "komu", "către", "kime",
        "alıcı", "címzett", "кому", "до", "za", "kam", "saaja", "προς", "אל", "إلى", "به", "宛先", "收件人", "收件者",
        "받는 사람", "받는사람", "수신", "đến", "tới", "ถึง", "kepada", "untuk",
    }
)  # fmt: skip
SUBJECT = frozenset(
    {
        "subject", "betreff", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp", "temat", "ämne", "emne",
        "aihe", "předmět", "predmet", "subiect", "konu", "tárgy", "тема", "относно", "zadeva", "tema", "teema",
        "θέμα", "נושא", "الموضوع", "موضوع", "件名", "主题", "主旨", "主題", "제목", "chủ đề", "tiêu đề", "เรื่อง",
        "หัวเรื่อง", "หัวข้อ", "subjek", "perihal",
    }
)  # fmt: skip

CLOSINGS = frozenset(
    {
        # en
        "best", "best regards", "kind regards", "regards", "warm regards", "warmest regards", "kindest regards",
        "warmly", "sincerely", "sincerely yours", "yours sincerely", "yours truly", "yours faithfully", "yours",
        "best wishes", "with best wishes", "all the best", "cheers", "thanks", "thank you", "many thanks",
        "thanks again", "thank you again", "respectfully", "cordially", "with kind regards", "with best regards",
        "with regards", "with appreciation", "kindly", "very truly yours", "with gratitude", "in appreciation",
        "thanks and regards", "thanks & regards", "good luck", "take care",
        # de
        "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "freundliche grüße",
        "freundliche grüsse", "viele grüße", "viele grüsse", "beste grüße", "beste grüsse", "herzliche grüße",
        "liebe grüße", "mit besten grüßen", "mit herzlichen grüßen", "schöne grüße", "mit vielen grüßen", "mfg",
        "lg", "vg", "hochachtungsvoll", "gruß", "grüße",
        # fr
        "cordialement", "bien cordialement", "très cordialement", "bien à vous", "sincèrement",
        "sincères salutations", "salutations distinguées", "meilleures salutations", "salutations cordiales",
        "bien sincèrement", "respectueusement", "cdt",
        # es, ca
        "saludos", "un saludo", "saludos cordiales", "un cordial saludo", "atentamente", "cordialmente",
        "muy atentamente", "atte", "reciba un cordial saludo", "recibe un cordial saludo", "salutacions",
        "salutacions cordials", "atentament",
        # it
        "cordiali saluti", "distinti saluti", "saluti", "un cordiale saluto", "un saluto", "cari saluti",
        # pt
        "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "abraços",
        "um abraço", "att", "cordiais cumprimentos", "respeitosamente",
        # nl
        "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten",
        "hartelijke groet", "hartelijke groeten", "met hartelijke groet", "groet", "groeten", "mvg",
        "hoogachtend",
        # pl
        "pozdrawiam", "pozdrawiamy", "serdecznie pozdrawiam", "z poważaniem", "z wyrazami szacunku",
        "z pozdrowieniami", "łączę pozdrowienia",
        # sv, da, no, is, fi
        "med vänliga hälsningar", "med vänlig hälsning", "vänliga hälsningar", "vänlig hälsning", "hälsningar",
        "bästa hälsningar", "mvh", "vänligen", "med venlig hilsen", "venlig hilsen", "med venlige hilsner",
        "venlige hilsner", "de bedste hilsner", "bedste hilsner", "hilsen", "med vennlig hilsen", "vennlig hilsen",
        "beste hilsen", "kveðja", "með kveðju", "ystävällisin terveisin", "terveisin", "parhain terveisin",
        # cs, sk, sl, hr, sr
        "s pozdravem", "s přátelským pozdravem", "s přáním hezkého dne", "s přáním pěkného dne", "s úctou",
        "s pozdravom", "lep pozdrav", "s spoštovanjem", "srdačan pozdrav", "s poštovanjem", "с поштовањем",
        # ro, hu, tr
        "cu stimă", "cu respect", "cu drag", "toate cele bune", "cu considerație", "üdvözlettel", "tisztelettel",
        "saygılarımla", "saygılarımızla", "sevgiler", "sevgilerimle", "iyi çalışmalar", "saygılar",
        # ru, uk, bg, mk
        "с уважением", "с наилучшими пожеланиями", "всего доброго", "з повагою", "з найкращими побажаннями",
        "с уважение", "поздрави", "со почит",
        # lt, lv, et
        "pagarbiai", "su pagarba", "linkėjimai", "ar cieņu", "lugupidamisega", "parimate soovidega",
        # el, he, ar, fa, hy
        "με εκτίμηση", "με φιλικούς χαιρετισμούς", "בברכה", "בכבוד רב", "مع التحية", "مع خالص التحية", "تحياتي",
        "مع أطيب التحيات", "مع خالص التحيات", "وتفضلوا بقبول فائق الاحترام", "با احترام", "با سپاس", "հարգանքով",
        # zh, ja, ko
        "此致", "此致敬礼", "祝好", "顺祝商祺", "順祝商祺", "敬上", "敬具", "草々", "以上", "감사합니다", "드림",
        # vi, th, id, eu
        "trân trọng", "thân ái", "kính thư", "trân trọng kính chào", "ขอแสดงความนับถือ", "ด้วยความเคารพ",
        "hormat kami", "salam", "salam hangat", "salam hormat", "agur bero bat",
    }
)  # fmt: skip

SENT_FROM = (
    "sent from my", "sent from outlook", "sent from mail for", "get outlook for", "sent via", "sent with proton",
    "von meinem", "gesendet von mein", "gesendet mit der", "diese nachricht wurde von mein",
    "envoyé de mon", "envoyé depuis", "envoyé à partir", "enviado desde mi", "enviado do meu", "enviado a partir",
    "inviato da", "verzonden vanaf mijn", "verstuurd vanaf mijn", "wysłane z", "wysłano z", "skickat från min",
    "sendt fra min", "lähetetty i", "odesláno z", "odoslané z", "trimis de pe", "iphone'umdan gönderildi",
    "отправлено с", "надіслано з", "изпратено от", "iphoneから送信", "从我的", "發自我的", "发自我的",
    "나의 iphone에서",
    "gửi từ", "ส่งจาก", "dikirim dari",
)  # fmt: skip
