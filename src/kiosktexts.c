/* kiosktexts - every word that the kiosk shows, in both languages. Facts and figures are the article's
 * (Scalp Micropigmentation aka Hair Tattoo); a clinic's file may replace any of them. */
#include "kioskconfig.h"

const KioskDefaultText kiosk_texts[] = {
    {"attract.start", {"Touch to begin", "Toque para empezar"}},
    {"attract.invite",
     {"See scalp micropigmentation on a head like yours.",
      "Vea la micropigmentación capilar en una cabeza como la suya."}},
    {"story.line.title", {"A hairline comes back", "La línea del pelo regresa"}},
    {"story.line.fact",
     {"Around 66% of men have at least started to lose their hair by 35.",
      "A los 35 años, cerca del 66% de los hombres ya ha empezado a perder pelo."}},
    {"story.scar.title", {"A scar steps back", "Una cicatriz se esconde"}},
    {"story.scar.fact",
     {"Pigment can conceal the scar of a hair transplant. Scar treatment only: {price_scar}.",
      "El pigmento disimula la cicatriz de un trasplante. Solo la cicatriz: {price_scar}."}},
    {"story.length.title", {"How short must it be?", "¿Qué tan corto debe ser?"}},
    {"story.length.fact",
     {"Dots do not grow. Hair kept very short makes the two one.",
      "Los puntos no crecen. El pelo muy corto los une."}},
    {"story.years.title", {"Five years, seen today", "Cinco años, vistos hoy"}},
    {"story.years.fact",
     {"It fades very slowly: 4-6 years before a retreatment is needed. Sun speeds it up.",
      "Se aclara muy despacio: de 4 a 6 años hasta un retoque. El sol lo acelera."}},
    {"label.before", {"Today", "Hoy"}},
    {"label.after", {"Simulation", "Simulación"}},
    {"label.fresh", {"Healed", "Curado"}},
    {"label.years", {"{n} years", "{n} años"}},
    {"label.note", {"Simulation, not a promise of a result", "Simulación, no promesa de un resultado"}},

    {"button.next", {"Next", "Siguiente"}},
    {"button.back", {"Back", "Atrás"}},
    {"button.over", {"Start over", "Reiniciar"}},
    {"button.result", {"Show me", "Muéstreme"}},
    {"button.finish", {"Finish", "Terminar"}},
    {"button.facts", {"The facts", "Los datos"}},
    {"button.change", {"Change something", "Cambiar algo"}},

    {"who.title", {"Who is most like you?", "¿Quién se le parece más?"}},
    {"who.help",
     {"Pick a head, colours and hair loss. A finger turns the head.",
      "Elija cabeza, colores y pérdida. Un dedo gira la cabeza."}},
    {"who.head", {"Head", "Cabeza"}},
    {"who.head.0", {"Man", "Hombre"}},
    {"who.head.1", {"Broad", "Ancha"}},
    {"who.head.2", {"Long", "Larga"}},
    {"who.head.3", {"Woman", "Mujer"}},
    {"who.skin", {"Skin", "Piel"}},
    {"who.skin.0", {"very light", "muy clara"}},
    {"who.skin.1", {"light", "clara"}},
    {"who.skin.2", {"medium", "media"}},
    {"who.skin.3", {"brown", "morena"}},
    {"who.skin.4", {"dark", "oscura"}},
    {"who.hair", {"Hair", "Pelo"}},
    {"who.hair.0", {"black", "negro"}},
    {"who.hair.1", {"dark brown", "castaño oscuro"}},
    {"who.hair.2", {"light brown: an exact match is difficult", "castaño claro: difícil de igualar"}},
    {"who.hair.3", {"blond: an exact match is difficult", "rubio: difícil de igualar"}},
    {"who.hair.4", {"greying", "canoso"}},
    {"who.loss", {"Hair loss", "Pérdida"}},
    {"who.loss.0", {"receding front", "entradas"}},
    {"who.loss.1", {"front and crown", "entradas y coronilla"}},
    {"who.loss.2", {"wide", "amplia"}},
    {"who.loss.3", {"bald on top", "calva arriba"}},
    {"who.loss.4", {"thinning all over the top", "pelo fino en toda la parte alta"}},

    {"photo.title", {"Use your own face?", "¿Usar su propia cara?"}},
    {"photo.help",
     {"A photo puts the result on your own head. It is not needed.",
      "Una foto pone el resultado en su propia cabeza. No es necesaria."}},
    {"photo.none", {"Continue without a photo", "Seguir sin foto"}},
    {"photo.take", {"Take a photo of me", "Tomarme una foto"}},
    {"photo.absent",
     {"This display has no camera. The model head stands in for you.",
      "Esta pantalla no tiene cámara. La cabeza modelo lo representa."}},
    {"consent.title", {"Before the camera starts", "Antes de encender la cámara"}},
    {"consent.body",
     {"One photo is taken, to show the result on your own head. It stays in this machine's memory only, is "
      "never "
      "saved or sent, and is gone when you finish or walk away. Nobody is identified by it. For questions, "
      "please "
      "ask at the desk.",
      "Se toma una foto para mostrar el resultado en su propia cabeza. Queda solo en la memoria de esta "
      "máquina, no se "
      "guarda ni se envía, y desaparece al terminar o alejarse. No se identifica a nadie. Si tiene "
      "preguntas, consulte "
      "en recepción."}},
    {"consent.yes", {"I agree, start the camera", "Acepto, encender la cámara"}},
    {"consent.no", {"No photo", "Sin foto"}},
    {"camera.title", {"Fill the outline", "Llene el contorno"}},
    {"camera.help",
     {"Face the camera, hair back, no glasses or hat.",
      "Mire a la cámara, frente despejada, sin gafas ni gorra."}},
    {"camera.ready", {"I am ready", "Estoy listo"}},
    {"camera.waiting", {"The camera is starting...", "La cámara se está encendiendo..."}},
    {"camera.failed",
     {"The camera does not answer. You can go on without a photo.",
      "La cámara no responde. Puede seguir sin foto."}},
    {"review.title", {"Is this one good?", "¿Está bien esta?"}},
    {"review.help",
     {"The whole head should be inside the picture and sharp.",
      "La cabeza entera debe verse dentro de la imagen y nítida."}},
    {"review.use", {"Use this photo", "Usar esta foto"}},
    {"review.again", {"Take another", "Tomar otra"}},
    {"fitting.title", {"Building your head", "Construyendo su cabeza"}},
    {"fitting.help",
     {"Your photo is being laid on a 3D head. A few seconds.",
      "Su foto se está colocando en una cabeza 3D. Unos segundos."}},
    {"fitting.failed",
     {"No face could be found in the photo. Try again in better light, or go on without.",
      "No se encontró una cara en la foto. Pruebe con mejor luz o siga sin foto."}},

    {"hairline.title", {"Which hairline?", "¿Qué línea de pelo?"}},
    {"hairline.help",
     {"The practitioner and you settle the line together at the consultation.",
      "El profesional y usted deciden la línea juntos en la consulta."}},
    {"hairline.0", {"Natural", "Natural"}},
    {"hairline.1", {"Soft", "Suave"}},
    {"hairline.2", {"Rounded", "Redonda"}},
    {"hairline.3", {"Defined", "Definida"}},
    {"hairline.4", {"Peaked", "En pico"}},
    {"hairline.5", {"Mature", "Madura"}},
    {"hairline.0.about",
     {"Where the rule of eight puts it on this head.", "Donde la regla de ocho la pone en esta cabeza."}},
    {"hairline.1.about",
     {"A faint, broken edge, as hair grows.", "Un borde tenue e irregular, como crece el pelo."}},
    {"hairline.2.about", {"A calm curve with soft corners.", "Una curva tranquila de esquinas suaves."}},
    {"hairline.3.about", {"A clear edge, as if freshly barbered.", "Un borde claro, como recién cortado."}},
    {"hairline.4.about",
     {"A point in the middle, higher corners.", "Una punta al centro, esquinas más altas."}},
    {"hairline.5.about",
     {"Higher, with open corners: right at any age.", "Más alta y abierta: sirve a cualquier edad."}},
    {"density.title", {"How dense?", "¿Qué densidad?"}},
    {"density.help",
     {"Density is built up in sessions, light shades first. Three are usual.",
      "La densidad se construye por sesiones, primero tonos claros. Lo usual son tres."}},
    {"density.0", {"One session", "Una sesión"}},
    {"density.1", {"Two sessions", "Dos sesiones"}},
    {"density.2", {"Three sessions", "Tres sesiones"}},
    {"density.3", {"Four sessions", "Cuatro sesiones"}},
    {"density.0.about", {"A first, light layer.", "Una primera capa ligera."}},
    {"density.1.about", {"Softer, as thinner hair.", "Más suave, como pelo más fino."}},
    {"density.2.about", {"What most people have done.", "Lo que hace la mayoría."}},
    {"density.3.about", {"A full, dark crop.", "Un rapado denso y oscuro."}},
    {"density.dots", {"About {n} dots on this head", "Unos {n} puntos en esta cabeza"}},
    {"length.title", {"How short is your hair?", "¿Qué tan corto lleva el pelo?"}},
    {"length.help",
     {"Only your own hair grows. The shorter it is kept, the better both match.",
      "Solo crece su propio pelo. Cuanto más corto, mejor coinciden."}},
    {"length.0", {"Shaved", "Afeitado"}},
    {"length.1", {"0.5 mm", "0.5 mm"}},
    {"length.2", {"1 mm", "1 mm"}},
    {"length.3", {"3 mm", "3 mm"}},
    {"length.0.about", {"Dots and cut hairs look alike.", "Puntos y pelos cortados se ven iguales."}},
    {"length.1.about", {"A day or two after the razor.", "Uno o dos días tras la navaja."}},
    {"length.2.about",
     {"The usual crop, clipped about twice a week.", "El rapado usual, dos veces por semana."}},
    {"length.3.about",
     {"Guard 1: the treated area starts to show.", "Guía 1: la zona tratada empieza a notarse."}},
    {"years.title", {"And later?", "¿Y después?"}},
    {"years.help",
     {"Pigment fades very slowly; sunscreen keeps it longer. A touch-up freshens it.",
      "El pigmento se aclara muy despacio; el protector solar ayuda. Un retoque lo renueva."}},
    {"years.0", {"Just healed", "Recién curado"}},
    {"years.1", {"2 years", "2 años"}},
    {"years.2", {"5 years", "5 años"}},
    {"years.3", {"10 years", "10 años"}},
    {"years.0.about", {"About a month after the last session.", "Un mes tras la última sesión."}},
    {"years.1.about", {"Hardly different.", "Apenas cambia."}},
    {"years.2.about", {"Around now most have a touch-up.", "Hacia ahora suele hacerse un retoque."}},
    {"years.3.about", {"Without any touch-up.", "Sin ningún retoque."}},

    {"result.title", {"Before and after", "Antes y después"}},
    {"result.help",
     {"Slide the handle. Turn the head with a finger.", "Deslice el control. Gire la cabeza con un dedo."}},
    {"result.cost",
     {"A full treatment over several sessions: {price_full}. Sessions of 4-5 hours.",
      "Un tratamiento completo en varias sesiones: {price_full}. Sesiones de 4 a 5 horas."}},
    {"result.next",
     {"Only a consultation can tell whether it suits you. Ask at the desk.",
      "Solo una consulta dirá si es para usted. Pregunte en recepción."}},

    {"facts.title", {"What to know", "Lo que conviene saber"}},
    {"facts.0", {"How it works", "Cómo funciona"}},
    {"facts.0.body",
     {"Microneedles set tiny dots of pigment in the scalp. Together they look like a very short buzz cut: "
      "they fill "
      "thinning or bald areas, edge up a receding hairline and blend scars.\n\nIt suits men and women. It "
      "hurts less "
      "than a regular tattoo; most people feel mild discomfort, and the scalp can be numbed.",
      "Unas microagujas dejan puntos diminutos de pigmento en el cuero cabelludo. Juntos parecen un rapado "
      "muy corto: "
      "rellenan zonas ralas o calvas, definen la línea y disimulan cicatrices.\n\nSirve a hombres y mujeres. "
      "Duele "
      "menos que un tatuaje común; casi todos sienten molestia leve, y se puede anestesiar."}},
    {"facts.1", {"The sessions", "Las sesiones"}},
    {"facts.1.body",
     {"First comes a consultation: hairline, density, shade and the full cost.\n\nUsually three sessions of "
      "4-5 hours "
      "follow, at least a week apart. Lighter pigment comes first, darker shades later. Dots fade while they "
      "heal, "
      "which is why one session is not enough.",
      "Primero hay una consulta: línea, densidad, tono y costo total.\n\nSuelen seguir tres sesiones de 4 a "
      "5 horas, "
      "separadas al menos una semana. Primero pigmento claro, después más oscuro. Los puntos se aclaran al "
      "curar: por "
      "eso una sesión no basta."}},
    {"facts.2", {"Aftercare", "Cuidados"}},
    {"facts.2.body",
     {"Redness lasts 24-48 hours; many return to work the next day. No washing of the scalp for several "
      "days.\n\n"
      "5 days: no heavy exercise or sweating.\nFrom day 4: moisturise, gently.\nFrom day 10: most can shave "
      "with a "
      "razor.\n28 days: no swimming, no direct sun. Afterwards, strong sunscreen.",
      "El enrojecimiento dura 24-48 horas; muchos vuelven al trabajo al día siguiente. Varios días sin "
      "lavar.\n\n5 "
      "días: sin ejercicio fuerte ni sudor.\nDesde el día 4: hidratar con cuidado.\nDesde el día 10: casi "
      "todos pueden "
      "afeitarse.\n28 días: sin nadar ni sol directo. Después, protector solar fuerte."}},
    {"facts.3", {"The cost", "El costo"}},
    {"facts.3.body",
     {"A full treatment: {price_full}.\nA scar only: {price_scar}.\n\nThe price depends on the area, the "
      "density, the "
      "skin and any scar tissue. It lasts 4-6 years before a proper retreatment. Many good clinics offer "
      "financing.",
      "Tratamiento completo: {price_full}.\nSolo una cicatriz: {price_scar}.\n\nEl precio depende de la "
      "zona, la "
      "densidad, la piel y las cicatrices. Dura de 4 a 6 años hasta un retoque. Muchas buenas clínicas "
      "ofrecen "
      "financiación."}},
    {"facts.4", {"Alternatives", "Alternativas"}},
    {"facts.4.body",
     {"Minoxidil: no prescription, twice a day, results in 2-6 months; less effective for advanced "
      "loss.\n\nFinasteride: "
      "men only, by prescription, daily; works while it is taken, side effects are possible.\n\nTransplant: "
      "{price_transplant}, surgery, needs donor hair.\n\nWig, hairpiece or hat: at once, for a while.",
      "Minoxidil: sin receta, dos veces al día, resultados en 2-6 meses; menos eficaz en pérdida "
      "avanzada.\n\n"
      "Finasterida: solo hombres, con receta, a diario; actúa mientras se toma, puede tener efectos "
      "adversos.\n\n"
      "Trasplante: {price_transplant}, cirugía, necesita pelo donante.\n\nPeluca, prótesis o gorra: al "
      "instante, por un "
      "tiempo."}},
    {"facts.5", {"Choose a clinic", "Elegir clínica"}},
    {"facts.5.body",
     {"Look for SMP training certificates and the licences of your country, open and clear work, and genuine "
      "reviews."
      "\n\nAsk about background, treatments a day and healed results.\n\nRemember: it is essentially "
      "permanent. "
      "Changing it takes laser removal.",
      "Busque certificados de formación en SMP y las licencias de su país, trabajo transparente y opiniones "
      "reales.\n\n"
      "Pregunte por su experiencia, tratamientos al día y resultados curados.\n\nRecuerde: es prácticamente "
      "permanente. "
      "Cambiarlo exige láser."}},

    {"idle.title", {"Are you still there?", "¿Sigue ahí?"}},
    {"idle.body", {"Everything is cleared in {n} seconds.", "Todo se borra en {n} segundos."}},
    {"idle.stay", {"I am here", "Aquí estoy"}},
    {"idle.leave", {"Clear it now", "Borrar ahora"}},
    {"ended.title", {"Thank you", "Gracias"}},
    {"ended.body", {"Your visit has been cleared.", "Su visita se ha borrado."}},
    {"pin.title", {"Staff only", "Solo personal"}},
    {"pin.help", {"Enter the PIN to close the kiosk.", "Introduzca el PIN para cerrar."}},
    {"pin.wrong", {"Wrong PIN", "PIN incorrecto"}},
    {"pin.locked", {"Locked. Try again in a minute.", "Bloqueado. Intente en un minuto."}},
    {"pin.cancel", {"Cancel", "Cancelar"}},
    {"busy", {"One moment...", "Un momento..."}},
    {"trouble", {"Something went wrong. Please start over.", "Algo salió mal. Empiece de nuevo."}},
};
const int kiosk_text_count = (int)(sizeof kiosk_texts / sizeof kiosk_texts[0]);
